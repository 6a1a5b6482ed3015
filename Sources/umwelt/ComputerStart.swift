// SPDX-License-Identifier: Apache-2.0
import LinuxBuses

/// How this computer started last.
struct ComputerStart {
  /// Names this start (proc(5), random/boot_id).
  let name: String
  /// Its watchdog reset it, as far as the driver tells.
  let wasWatchdog: Bool

  static func read() -> ComputerStart {
    let watchdogs = LinuxHardware().watchdogs
    return ComputerStart(
      name: BootID.current(), wasWatchdog: watchdogs.contains(where: \.causedLastReset))
  }
}
