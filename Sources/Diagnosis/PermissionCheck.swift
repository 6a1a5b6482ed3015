// SPDX-License-Identifier: Apache-2.0

/// Whether this user may open what the board needs.
enum PermissionCheck: Check {
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
    let console = evidence.board.computer?.console.map { "/dev/\($0.tty)" }
    let serialNodes = facts.nodes.filter { $0.path == console }
    return [
      (DeviceGroup.i2c, i2cNodes), (.gpio, gpioNodes), (.video, videoNodes),
      (.serial, serialNodes)
    ].compactMap { finding($0, $1, facts.user) }
  }

  static func fine(_ evidence: Evidence) -> String? {
    evidence.isRobot ? "what the board needs may be opened" : nil
  }

  private static func finding(
    _ kind: DeviceGroup, _ nodes: [MachineFacts.DeviceNode], _ user: MachineFacts.User
  ) -> Finding? {
    guard let node = nodes.first(where: { !$0.isOpen(to: user) }) else { return nil }
    let join = [
      "sudo usermod -aG \(kind.group) $USER   # then log out and in again"
    ]
    // The console is a convenience; a robot runs without.
    let level: Finding.Level = kind.group == DeviceGroup.serial.group ? .warning : .error
    let owner = user.groupNames[node.group] ?? "\(node.group)"
    // A login on the port takes it from its group.
    if owner == "tty" { return login(node) }
    if node.group != 0, node.mode & 0o060 == 0o060, owner == kind.group {
      return Finding(
        .notInGroup, level, .permissions, at: node.path,
        "You are not in the group \(owner), which may open it.",
        why: level == .error
          ? "The robot does not start without it." : "The serial console does not start.",
        fix: join)
    }
    return Finding(
      .nodeNotShared, level, .permissions, at: node.path,
      "Only root and the group \(owner) may open it (mode \(String(node.mode, radix: 8))).",
      why: "A robot should not run as root.",
      fix: [
        "sudo groupadd -f \(kind.group)",
        "echo '\(kind.rule)' | sudo tee -a /etc/udev/rules.d/60-umwelt.rules",
        "sudo udevadm control --reload && sudo udevadm trigger"
      ] + join)
  }

  private static func login(_ node: MachineFacts.DeviceNode) -> Finding {
    let port = node.path.split(separator: "/").last ?? ""
    return Finding(
      .portHasLogin, .warning, .permissions, at: node.path, "A login waits on this port.",
      why: "The serial console cannot use it at the same time.",
      fix: [
        "sudo systemctl disable --now serial-getty@\(port)",
        "Remove console=\(port)... from the kernel's command line (cmdline.txt), then sudo reboot"
      ])
  }
}
