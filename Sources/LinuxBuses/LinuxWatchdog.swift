// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The machine's watchdog (the kernel's Documentation/watchdog/watchdog-api.rst).
///
/// It runs from the moment this exists. When this is gone without `stop`, as when the process dies,
/// it keeps running and resets the machine.
public final class LinuxWatchdog: WatchdogTimer {
  /// What tells the driver that the next close means to stop. Source: watchdog-api.rst, "magic
  /// close".
  private static let magicClose: UInt8 = 0x56  // "V"

  /// Set in a boot status when the watchdog caused the reset. Source: WDIOF_CARDRESET of
  /// linux/watchdog.h.
  static let cardReset: Int32 = 0x20

  public let name: String
  public let timeout: Interval
  public let causedLastReset: Bool?
  public let canStop: Bool
  /// The hardware by its driver's name ("Broadcom BCM2835 Watchdog timer").
  public let identity: String
  private let file: DeviceFile

  /// - Parameter wanted: the timeout to ask for, rounded up to whole seconds.
  init(
    _ name: String, timeout wanted: Interval, files: MachineFiles, system: DeviceFile.System
  ) throws(WatchdogError) {
    self.name = name
    do throws(SystemError) {
      let file = try DeviceFile(files.place(name), for: .writing, system)
      var facts = umwelt_watchdog_facts()
      try checked(umwelt_watchdog_facts(system, file.number, &facts))
      self.file = file
      canStop = facts.has_magic_close != 0 && !Self.isNeverStopped(name, files)
      identity = text(in: facts.identity)
      causedLastReset = facts.tells_reset != 0 ? facts.caused_reset != 0 : nil
      timeout = try Self.set(wanted, file, canSet: facts.can_set_timeout != 0, canStop: canStop)
    } catch {
      throw WatchdogError(
        device: name, reason: error.errno == EBUSY ? .taken : .system(errno: error.errno))
    }
  }

  public func kick() throws(WatchdogError) { try write(0) }

  public func stop() throws(WatchdogError) {
    if file.number < 0 { return }
    if !canStop { throw WatchdogError(device: name, reason: .cannotStop) }
    try write(Self.magicClose)
    file.close()
  }

  /// A write of any byte kicks; unlike the ioctl every driver has it.
  private func write(_ byte: UInt8) throws(WatchdogError) {
    var byte = byte
    let result = umwelt_write(file.system, file.number, &byte, 1)
    if result != 1 {
      let errno = result < 0 ? Int32(-result) : EAGAIN
      throw WatchdogError(device: name, reason: .system(errno: errno))
    }
  }

  /// nowayout, of the kernel's configuration or the driver's: not even the magic close stops it.
  private static func isNeverStopped(_ name: String, _ files: MachineFiles) -> Bool {
    let device = name == "/dev/watchdog" ? "watchdog0" : name.split(separator: "/").last ?? ""
    return files.line("/sys/class/watchdog/\(device)/nowayout") == "1"
  }

  /// The timeout that the hardware took; on an error the timer is stopped where it can be, for
  /// nobody is there to kick it.
  private static func set(
    _ wanted: Interval, _ file: DeviceFile, canSet: Bool, canStop: Bool
  ) throws(SystemError) -> Interval {
    precondition(wanted > .zero, "a timeout of \(wanted.nanoseconds) ns")
    let second: Int64 = 1_000_000_000
    var seconds = UInt32(clamping: (wanted.nanoseconds + second - 1) / second)
    do throws(SystemError) {
      var result = -EINVAL
      if canSet { result = umwelt_watchdog_set_timeout(file.system, file.number, &seconds) }
      // It cannot be set, or not to this (EINVAL): what it has then holds.
      if result == -EINVAL {
        result = umwelt_watchdog_timeout(file.system, file.number, &seconds)
      }
      try checked(result)
    } catch {
      var byte = magicClose
      if canStop { umwelt_write(file.system, file.number, &byte, 1) }
      throw error
    }
    return Interval(nanoseconds: Int64(seconds) * second)
  }
}
