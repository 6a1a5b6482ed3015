// SPDX-License-Identifier: Apache-2.0

/// Whether this user may open what the board needs.
enum PermissionCheck: Check {
  /// A kind of device file: the group that distributions give it, and the udev rule that does so.
  private struct Kind {
    let prefix, group, match: String

    var rule: String { "\(match), GROUP=\"\(group)\", MODE=\"0660\"" }
  }

  private static let i2c = Kind(prefix: "i2c-", group: "i2c", match: "SUBSYSTEM==\"i2c-dev\"")
  private static let gpio = Kind(
    prefix: "gpiochip", group: "gpio", match: "SUBSYSTEM==\"gpio\", KERNEL==\"gpiochip*\"")
  private static let video = Kind(
    prefix: "video", group: "video", match: "SUBSYSTEM==\"video4linux\"")

  static func look(_ evidence: Evidence) -> [Finding] {
    guard evidence.isRobot else { return [] }
    let facts = evidence.facts
    let buses = evidence.board.busNames.compactMap(evidence.adapter)
    let i2cPaths = Set(buses.map { "/dev/\($0.kernelName)" })
    let i2cNodes = facts.nodes.filter { i2cPaths.contains($0.path) }
    let gpioNodes = facts.nodes.filter { $0.path.hasPrefix("/dev/gpiochip") }
    let videoNodes =
      evidence.board.camera == nil
      ? [] : facts.nodes.filter { $0.path.hasPrefix("/dev/video") }
    return [(i2c, i2cNodes), (gpio, gpioNodes), (video, videoNodes)].compactMap {
      finding($0, $1, facts.user)
    }
  }

  static func fine(_ evidence: Evidence) -> String? {
    evidence.isRobot ? "what the board needs may be opened" : nil
  }

  private static func finding(
    _ kind: Kind, _ nodes: [MachineFacts.DeviceNode], _ user: MachineFacts.User
  ) -> Finding? {
    guard let node = nodes.first(where: { !$0.isOpen(to: user) }) else { return nil }
    let join = [
      "sudo usermod -aG \(kind.group) $USER   # then log out and in again"
    ]
    let owner = user.groupNames[node.group] ?? "\(node.group)"
    if node.group != 0, node.mode & 0o060 == 0o060, owner == kind.group {
      return Finding(
        .notInGroup, .error, .permissions, at: node.path,
        "You are not in the group \(owner), which may open it.",
        why: "The robot does not start without it.", fix: join)
    }
    return Finding(
      .nodeNotShared, .error, .permissions, at: node.path,
      "Only root and the group \(owner) may open it (mode \(String(node.mode, radix: 8))).",
      why: "A robot should not run as root.",
      fix: [
        "sudo groupadd -f \(kind.group)",
        "echo '\(kind.rule)' | sudo tee -a /etc/udev/rules.d/60-umwelt.rules",
        "sudo udevadm control --reload && sudo udevadm trigger"
      ] + join)
  }
}
