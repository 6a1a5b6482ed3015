// SPDX-License-Identifier: Apache-2.0
import Buses
import Glibc
import KernelHeaders
import LinuxBuses
import Quantities
import Testing

/// A watchdog's file. Its trace has what was asked and written; "V" is the magic close.
final class ScriptedWatchdog: ScriptedDevice {
  var options = UInt32(WDIOF_SETTIMEOUT) | UInt32(WDIOF_MAGICCLOSE) | UInt32(WDIOF_KEEPALIVEPING)
  var bootStatus: Int32 = 0
  /// What the hardware makes of a timeout, in seconds; nil is EINVAL.
  var rounding: (Int32) -> Int32? = { $0 }
  var timeoutS: Int32 = 60
  /// What the named request gives instead.
  var failures: [UInt64: Int32] = [:]
  var writeResult = 1
  private(set) var trace: [String] = []

  func close() { trace.append("closed") }

  func write(_ bytes: [UInt8]) -> Int {
    trace.append(bytes == [0x56] ? "V" : bytes == [0] ? "kick" : "\(bytes)")
    return writeResult
  }

  func ioctl(_ request: UInt64, _ argument: UnsafeMutableRawPointer?) -> Int32 {
    if let failure = failures[request] { return failure }
    switch request {
    case request_WDIOC_GETSUPPORT:
      var info = watchdog_info()
      info.options = options
      withUnsafeMutableBytes(of: &info.identity) { $0.copyBytes(from: "Fake dog".utf8) }
      argument?.storeBytes(of: info, as: watchdog_info.self)
    case request_WDIOC_GETBOOTSTATUS: argument?.storeBytes(of: bootStatus, as: Int32.self)
    case request_WDIOC_SETTIMEOUT:
      let wanted = argument?.load(as: Int32.self) ?? 0
      trace.append("set \(wanted)")
      guard let taken = rounding(wanted) else { return -EINVAL }
      timeoutS = taken
    case request_WDIOC_GETTIMEOUT: argument?.storeBytes(of: timeoutS, as: Int32.self)
    default: return -ENOTTY
    }
    return 0
  }
}

@Suite("The watchdog on Linux")
struct WatchdogTests {
  let machine = TemporaryMachine()
  let device = ScriptedWatchdog()

  init() { machine.deviceFile("/dev/watchdog0", device) }

  func watchdog(_ seconds: Double = 10) throws(WatchdogError) -> LinuxWatchdog {
    try machine.hardware().watchdog("/dev/watchdog0", timeout: Interval(seconds: seconds))
  }

  @Test("It is set, kicked, and stopped by the magic close, once")
  func life() throws {
    let watchdog = try watchdog()
    #expect(watchdog.timeout == Interval(seconds: 10))
    #expect(watchdog.canStop)
    #expect(watchdog.identity == "Fake dog")
    try watchdog.kick()
    try watchdog.stop()
    try watchdog.stop()
    #expect(device.trace == ["set 10", "kick", "V", "closed"])
  }

  @Test("Gone without a stop, it runs on: no magic close")
  func death() throws {
    do { _ = try watchdog() }
    #expect(device.trace == ["set 10", "closed"])
  }

  @Test("The timeout is what the hardware took, not what was asked")
  func rounding() throws {
    device.rounding = { ($0 + 15) / 16 * 16 }
    #expect(try watchdog(10).timeout == Interval(seconds: 16))
  }

  @Test("Parts of a second are rounded up, so that it never bites earlier than asked")
  func fractions() throws {
    _ = try watchdog(1.2)
    #expect(device.trace.first == "set 2")
  }

  @Test("A timeout that the hardware cannot do leaves it with its own")
  func outOfRange() throws {
    device.rounding = { _ in nil }
    device.timeoutS = 15
    #expect(try watchdog(600).timeout == Interval(seconds: 15))
  }

  @Test("A driver that cannot set a timeout keeps its own, as BeaglePlay's")
  func fixed() throws {
    device.options = 0
    let watchdog = try watchdog()
    #expect(watchdog.timeout == Interval(seconds: 60))
    #expect(!watchdog.canStop)
    #expect(device.trace == [])
  }

  @Test("Where only the answer to SETTIMEOUT tells the timeout, that counts")
  func withoutGet() throws {
    device.failures = [request_WDIOC_GETTIMEOUT: -EOPNOTSUPP]
    #expect(try watchdog(10).timeout == Interval(seconds: 10))
  }

  @Test("An error in setting up stops the timer again: nobody would kick it")
  func failure() {
    device.failures = [request_WDIOC_SETTIMEOUT: -EIO]
    let error = thrown(WatchdogError.self) { try watchdog() }
    #expect(error == WatchdogError(device: "/dev/watchdog0", reason: .system(errno: EIO)))
    #expect(device.trace == ["V", "closed"])
  }

  @Test("A driver that answers nothing is an error")
  func silent() {
    device.failures = [request_WDIOC_GETSUPPORT: -ENOTTY]
    #expect(thrown(WatchdogError.self) { try watchdog() }?.reason == .system(errno: ENOTTY))
  }

  @Test("One that another program holds is told as that")
  func taken() {
    machine.kernel.attach(RefusingDevice(errno: EBUSY), at: "/dev/watchdog0")
    let error = thrown(WatchdogError.self) { try watchdog() }
    #expect(error?.reason == .taken)
    #expect(error?.description.contains("RuntimeWatchdogSec") == true)
  }

  @Test("One that is not there or not ours is the kernel's errno", arguments: [ENOENT, EACCES])
  func refused(errno: Int32) {
    machine.kernel.attach(RefusingDevice(errno: errno), at: "/dev/watchdog0")
    #expect(thrown(WatchdogError.self) { try watchdog() }?.reason == .system(errno: errno))
  }

  @Test(
    "With nowayout it cannot be stopped, says so, stays open and is kicked on",
    arguments: [
      "/dev/watchdog0", "/dev/watchdog"
    ])
  func nowayout(path: String) throws {
    machine.file("/sys/class/watchdog/watchdog0/nowayout", "1\n")
    machine.deviceFile(path, device)
    let watchdog = try machine.hardware().watchdog(path, timeout: Interval(seconds: 5))
    #expect(!watchdog.canStop)
    #expect(thrown(WatchdogError.self) { try watchdog.stop() }?.reason == .cannotStop)
    try watchdog.kick()
    #expect(device.trace == ["set 5", "kick"])
  }

  @Test("Without magic close a close does not stop it")
  func withoutMagicClose() throws {
    machine.file("/sys/class/watchdog/watchdog0/nowayout", "0\n")
    device.options = UInt32(WDIOF_SETTIMEOUT)
    #expect(try !watchdog().canStop)
  }

  @Test(
    "Whether it caused the last reset is told only where the driver can tell",
    arguments: [
      (WDIOF_CARDRESET, 0, false), (WDIOF_CARDRESET, WDIOF_CARDRESET, true),
      (0, WDIOF_CARDRESET, true), (0, 0, nil), (WDIOF_CARDRESET, WDIOF_OVERHEAT, false)
    ] as [(Int32, Int32, Bool?)])
  func bootStatus(option: Int32, status: Int32, expected: Bool?) throws {
    device.options |= UInt32(option)
    device.bootStatus = status
    #expect(try watchdog().causedLastReset == expected)
  }

  @Test("A kick or a stop that does not arrive is an error")
  func lostKick() throws {
    let watchdog = try watchdog()
    device.writeResult = -Int(EIO)
    #expect(thrown(WatchdogError.self) { try watchdog.kick() }?.reason == .system(errno: EIO))
    #expect(thrown(WatchdogError.self) { try watchdog.stop() }?.reason == .system(errno: EIO))
    device.writeResult = 0
    #expect(thrown(WatchdogError.self) { try watchdog.kick() }?.reason == .system(errno: EAGAIN))
    device.writeResult = 1
    try watchdog.stop()
    #expect(thrown(WatchdogError.self) { try watchdog.kick() }?.reason == .system(errno: EBADF))
  }
}
