// SPDX-License-Identifier: Apache-2.0
import Buses
import Glibc
import KernelHeaders
import LinuxBuses
import Quantities
import Testing

/// A pseudo-terminal: the port's path, and its other end.
final class PseudoTerminal {
  let master: Int32
  let path: String
  private var isOpen = true

  init() {
    var (lock, number): (Int32, Int32) = (0, -1)
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK)
    precondition(ioctl(master, UInt(request_TIOCSPTLCK), &lock) == 0, "no pseudo-terminal")
    precondition(ioctl(master, UInt(request_TIOCGPTN), &number) == 0, "no pseudo-terminal")
    path = "/dev/pts/\(number)"
  }

  deinit { hangUp() }

  func hangUp() {
    if isOpen { close(master) }
    isOpen = false
  }

  func send(_ bytes: [UInt8]) { precondition(write(master, bytes, bytes.count) == bytes.count) }

  func received() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(master, &bytes, bytes.count)
    return Array(bytes.prefix(max(0, count)))
  }
}

/// A clock that only sleeps move, so that a drain's end can be told.
private final class SteppingClock: Clock {
  var now = Instant.zero
  private(set) var sleeps = 0

  func sleep(until deadline: Instant) {
    sleeps += 1
    now = max(now, deadline)
  }
}

@Suite("Serial lines on Linux")
struct SerialTests {
  let terminal = PseudoTerminal()

  func port(_ baud: Int = 115_200) throws(SerialError) -> LinuxSerialPort {
    try LinuxHardware().serialPort(terminal.path, baud: baud)
  }

  func read(_ port: LinuxSerialPort, _ count: Int = 1024) throws(SerialError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xEE, count: count)
    var result: Result<Int, SerialError> = .success(0)
    bytes.withUnsafeMutableBytes { buffer in
      do throws(SerialError) { result = .success(try port.read(into: buffer)) } catch {
        result = .failure(error)
      }
    }
    return Array(bytes.prefix(try result.get()))
  }

  func write(_ bytes: [UInt8], to port: LinuxSerialPort) throws(SerialError) -> Int {
    var result: Result<Int, SerialError> = .success(0)
    bytes.withUnsafeBytes { buffer in
      do throws(SerialError) { result = .success(try port.write(buffer)) } catch {
        result = .failure(error)
      }
    }
    return try result.get()
  }

  @Test("Every byte passes unchanged in both directions")
  func raw() throws {
    let port = try port()
    let all = (0...255).map { UInt8($0) }
    #expect(try write(all, to: port) == 256)
    #expect(terminal.received() == all)
    terminal.send(all)
    #expect(try read(port) == all)
  }

  @Test("Nothing there is 0 bytes, at once, and more than fits comes next time")
  func partial() throws {
    let port = try port()
    #expect(try read(port).isEmpty)
    terminal.send([1, 2, 3])
    #expect(try read(port, 2) == [1, 2])
    #expect(try read(port, 2) == [3])
    #expect(try read(port, 2).isEmpty)
    #expect(try read(port, 0).isEmpty)
  }

  @Test("A full queue takes what fits and does not wait")
  func full() throws {
    let port = try port()
    let bytes = [UInt8](repeating: 0x55, count: 1 << 16)
    var sent = 0
    while case let count = try write(bytes, to: port), count > 0 { sent += count }
    #expect(sent > 0 && sent < 1 << 20)
    #expect(try write([], to: port) == 0)
  }

  @Test("What was in the queues before is gone")
  func flushed() throws {
    let stale = open(terminal.path, O_RDWR | O_NOCTTY | O_NONBLOCK)
    terminal.send([9, 9, 9, 0x0A])
    let port = try port()
    #expect(try read(port).isEmpty)
    close(stale)
  }

  @Test(
    "Rates from 9600 to 1500000 and odd ones are what the port then runs at",
    arguments: [
      9600, 115_200, 230_400, 921_600, 1_500_000, 250_000, 31_250, 420_000
    ])
  func rates(baud: Int) throws { #expect(try port(baud).baud == baud) }

  @Test("No rate is refused", arguments: [0, -1, Int.max])
  func noRate(baud: Int) {
    #expect(thrown(SerialError.self) { try port(baud) }?.reason == .unsupportedBaud(baud))
  }

  @Test("It is ours alone: TIOCEXCL is set")
  func exclusive() throws {
    let port = try port()
    let other = open(terminal.path, O_RDWR | O_NOCTTY | O_NONBLOCK)  // root may all the same
    var isExclusive: Int32 = 0
    let asked = other >= 0 ? other : terminal.master
    #expect(other < 0 || ioctl(asked, UInt(request_TIOCGEXCL), &isExclusive) == 0)
    #expect(other < 0 || isExclusive == 1, "\(port.name)")
    if other >= 0 { close(other) }
  }

  @Test("The other end closed is a hang-up, for reads and for writes")
  func hungUp() throws {
    let port = try port()
    terminal.hangUp()
    #expect(thrown(SerialError.self) { try read(port) }?.reason == .hungUp)
    #expect(thrown(SerialError.self) { try write([1], to: port) }?.reason == .hungUp)
  }

  @Test("A port that is not there, and a file that is no port, are the kernel's errno")
  func missing() {
    let hardware = LinuxHardware()
    let gone = thrown(SerialError.self) { try hardware.serialPort("/dev/ttyNONE", baud: 9600) }
    #expect(gone == SerialError(port: "/dev/ttyNONE", reason: .system(errno: ENOENT)))
    let file = thrown(SerialError.self) { try hardware.serialPort("/dev/null", baud: 9600) }
    #expect(file?.reason == .system(errno: ENOTTY))
  }
}

@Suite("A serial line with a scripted driver")
struct ScriptedSerialTests {
  let machine = TemporaryMachine()
  let device = ScriptedSerial()

  init() { machine.deviceFile("/dev/ttyGS0", device) }

  func port(_ baud: Int = 115_200) throws(SerialError) -> LinuxSerialPort {
    try machine.hardware().serialPort("/dev/ttyGS0", baud: baud)
  }

  @Test("The port is raw, 8 bits, CLOCAL, with any rate, and low latency is asked for")
  func settings() throws {
    _ = try port(420_000)
    let settings = device.settings
    #expect(settings.c_iflag == 0 && settings.c_oflag == 0 && settings.c_lflag == 0)
    let expected: UInt32 = 0o060 | 0o200 | 0o4000 | 0o10000  // CS8 CREAD CLOCAL BOTHER
    #expect(settings.c_cflag == expected)
    #expect(settings.c_ospeed == 420_000)
    #expect(device.isLowLatency)
    let flags = machine.kernel.openFlags[machine.root + "/dev/ttyGS0"] ?? 0
    #expect(flags & O_NONBLOCK != 0 && flags & O_NOCTTY != 0 && flags & O_CLOEXEC != 0)
  }

  @Test("A driver without low latency is as good")
  func withoutLowLatency() throws {
    device.hasSerialStruct = false
    #expect(try port().baud == 115_200)
    #expect(!device.isLowLatency)
  }

  @Test(
    "A rate that the driver rounds by more than 2 % is refused, less is told",
    arguments: [
      (117_504, true), (112_897, true), (117_505, false), (112_895, false), (9600, false)
    ])
  func rounding(actual: UInt32, isTaken: Bool) throws {
    device.actualRate = actual
    if isTaken {
      #expect(try port().baud == Int(actual))
    } else {
      #expect(thrown(SerialError.self) { try port() }?.reason == .unsupportedBaud(115_200))
    }
  }

  @Test("A drain that never ends, as of a USB gadget without a host, ends at its limit")
  func endlessDrain() throws {
    device.pending = 100
    let clock = SteppingClock()
    let port = try port()
    #expect(try !port.drain(within: Interval(nanoseconds: 50_500_000), clock: clock))
    #expect(clock.now == Instant(nanoseconds: 50_500_000))
    #expect(clock.sleeps == 51)
  }

  @Test("A drain ends as soon as all is sent")
  func drain() throws {
    device.pending = 3
    device.sentEachLook = 1
    let clock = SteppingClock()
    #expect(try port().drain(within: Interval(seconds: 1), clock: clock))
    #expect(clock.sleeps == 3)
  }

  @Test("An unplugged adapter is a hang-up", arguments: [EIO, ENXIO, ENODEV])
  func unplugged(errno: Int32) throws {
    let port = try port()
    device.failure = -errno
    let error = thrown(SerialError.self) {
      try port.drain(within: Interval(seconds: 1), clock: SteppingClock())
    }
    #expect(error?.reason == .hungUp)
  }

  @Test("A port that another program has for itself is told", arguments: [EBUSY, EACCES])
  func busy(errno: Int32) {
    machine.kernel.attach(RefusingDevice(errno: errno), at: "/dev/ttyGS0")
    #expect(thrown(SerialError.self) { try port() }?.reason == .system(errno: errno))
  }
}
