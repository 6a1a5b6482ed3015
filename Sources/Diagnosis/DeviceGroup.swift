// SPDX-License-Identifier: Apache-2.0

/// A kind of device file, the group that may open it, and the udev rule that says so.
///
/// The one source of tools/systemd/60-umwelt.rules and of what the doctor proposes.
public struct DeviceGroup: Sendable {
  public let group: String
  let match: String

  static let i2c = DeviceGroup(group: "i2c", match: "SUBSYSTEM==\"i2c-dev\"")
  static let gpio = DeviceGroup(
    group: "gpio", match: "SUBSYSTEM==\"gpio\", KERNEL==\"gpiochip*\"")
  static let video = DeviceGroup(group: "video", match: "SUBSYSTEM==\"video4linux\"")
  static let serial = DeviceGroup(
    group: "dialout", match: "SUBSYSTEM==\"tty\", KERNEL==\"ttyS*|ttyAMA*|ttyTHS*\"")
  /// Only the guard's: whoever opens it must kick it for ever.
  static let watchdog = DeviceGroup(
    group: "watchdog", match: "KERNEL==\"watchdog|watchdog[0-9]*\"")

  static let all = [i2c, gpio, video, serial, watchdog]

  var rule: String { "\(match), GROUP=\"\(group)\", MODE=\"0660\"" }

  /// All rules as a file for /usr/lib/udev/rules.d.
  public static var rulesFile: String {
    """
    # SPDX-License-Identifier: Apache-2.0
    # Written by `umwelt doctor --udev-rules`: who may open what a robot needs.

    """ + all.map { $0.rule + "\n" }.joined()
  }
}
