// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import LinuxBuses
import Quantities
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Real drivers of a real kernel, with simulated chips behind them: see tools/hil/run. Its rig
/// wires the chips of the reference rover as on a Raspberry Pi 5.
@Suite(.enabled(if: getenv("UMWELT_KERNEL_DRIVERS") != nil), .serialized)
struct KernelDriverTests {
  private static let adapter = "i2c-tiny-usb at bus 001 device 002"
  private let clock = MonotonicClock()

  private func hardware() -> LinuxHardware {
    var names = LinuxNames()
    names.buses["i2c-1"] = Self.adapter
    names.lines["IMU_INT"] = "pinctrl-rp1/17"
    names.cameras["front"] = CameraSettings(
      device: "/dev/video0", width: 64, height: 64, rateHz: 10)
    return LinuxHardware(names: names)
  }

  private func wait(_ seconds: Double) {
    clock.sleep(until: clock.now + Interval(seconds: seconds))
  }

  /// gpio-sim's files of one line.
  private func simulated(_ line: Int, _ file: String) throws -> String {
    let chips = (0..<8).map { chip -> String in
      "/sys/devices/platform/gpio-sim.0/gpiochip\(chip)/sim_gpio\(line)/\(file)"
    }
    return try #require(chips.first { path in access(path, F_OK) == 0 })
  }

  private func pull(_ line: Int, high: Bool) throws {
    let file = open(try simulated(line, "pull"), O_WRONLY)
    defer { close(file) }
    let word = Array((high ? "pull-up" : "pull-down").utf8)
    #expect(word.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == word.count)
  }

  private func level(_ line: Int) throws -> Bool {
    let file = open(try simulated(line, "value"), O_RDONLY)
    defer { close(file) }
    var byte: UInt8 = 0
    #expect(read(file, &byte, 1) == 1)
    return byte == UInt8(ascii: "1")
  }

  @Test("An absent chip is a missing acknowledge")
  func absentChip() throws {
    let device = I2CDevice(bus: try hardware().i2cBus("i2c-1"), address: 0x50)
    var reason: I2CError.Reason?
    do throws(I2CError) { _ = try device.read(0) } catch { reason = error.reason }
    #expect(reason == .noAcknowledge)
  }

  @Test("A bus that is not there is refused with those that are")
  func absentBus() throws {
    var text = ""
    do throws(HardwareError) { _ = try LinuxHardware().i2cBus("i2c-7") } catch {
      text = "\(error)"
    }
    #expect(text.contains("i2c-tiny-usb"))
  }

  @Test("The IMU's driver reads live samples: identity, FIFO bursts, data-ready edges")
  func imu() throws {
    let hardware = hardware()
    let imu = try InertialChip.mpu6050.driver(
      device: I2CDevice(bus: try hardware.i2cBus("i2c-1"), address: 0x68),
      dataReady: try hardware.edgeLine("IMU_INT", .rising),
      settings: InertialSettings(
        rateHz: 50, gyroRangeRadS: 500 * .pi / 180, accelRangeMS2: 4 * 9.80665, filterHz: 44))
    try imu.start(clock: clock)
    var samples: [InertialSample] = []
    let begin = clock.now
    while (clock.now - begin).seconds < 2 {
      wait(0.02)
      try imu.drain { samples.append($0) }
    }
    // The machine is emulated: it is late now and then, and so are its edges.
    #expect((80...110).contains(samples.count + imu.lostSamples), "\(samples.count) samples")
    #expect(samples.allSatisfy { abs($0.accelMS2.norm - 9.8) < 1.5 && $0.gyroRadS.norm < 0.5 })
    let ages = samples.map { ($0.at - begin).seconds }
    #expect(ages.allSatisfy { $0 > -0.2 && $0 < 2.5 })
    print("kernel: \(samples.count) samples, \(imu.lostSamples) lost")
  }

  @Test("The PWM chip starts, and one that is not there does not")
  func pwm() throws {
    let bus = try hardware().i2cBus("i2c-1")
    let chip = try PCA9685(device: I2CDevice(bus: bus, address: 0x40), frequencyHz: 1000)
    try chip.start(clock: clock)
    let absent = try PCA9685(device: I2CDevice(bus: bus, address: 0x41), frequencyHz: 1000)
    #expect(throws: DeviceError.self) { try absent.start(clock: clock) }
  }

  @Test("An output is low on request, follows, and is nobody else's meanwhile")
  func output() throws {
    let hardware = hardware()
    let line = try hardware.outputLine("GPIO5")
    #expect(try !level(5))
    try line.set(high: true)
    #expect(try level(5))
    var text = ""
    do throws(HardwareError) { _ = try LinuxHardware().outputLine("GPIO5") } catch {
      text = "\(error)"
    }
    #expect(text.contains("umwelt"), "\(text)")
    try line.set(high: false)
    #expect(try !level(5))
  }

  /// The kernel looks a moment after an edge which way it went.
  private func pulse(_ line: Int, times: Int, pauseS: Double) throws {
    for i in 0..<2 * times {
      try pull(line, high: i % 2 == 0)
      wait(pauseS)
    }
  }

  private func allEdges(of line: any EdgeLine) throws -> [Edge] {
    var edges: [Edge] = []
    while let edge = try line.nextEdge() { edges.append(edge) }
    return edges
  }

  @Test("Edges carry the kernel's time, in order; an encoder's wait while the robot thinks")
  func edges() throws {
    let line = try hardware().edgeLine("GPIO6", .both)
    let begin = clock.now
    try pulse(6, times: 3, pauseS: 0.05)
    let edges = try allEdges(of: line)
    #expect(edges.map(\.isRising) == [true, false, true, false, true, false])
    #expect(edges.map(\.at) == edges.map(\.at).sorted())
    #expect(edges.allSatisfy { $0.at > begin && $0.at < clock.now })
    try pulse(6, times: 100, pauseS: 0.001)
    wait(0.1)
    let late = try allEdges(of: line)
    let last = try #require(late.last)
    // Some edges are one to the kernel, when it is late; libgpiod 1 keeps 16.
    #expect(late.count > 16 && Int(last.sequence) - 6 == late.count, "\(late.count) kept")
    #expect(try simulated(6, "pull").contains("gpio-sim"))
  }

  @Test("A queue of edges that overflows shows the gap")
  func overflow() throws {
    let line = try hardware().edgeLine("GPIO6", .rising)
    try pulse(6, times: 100, pauseS: 0.001)
    wait(0.1)
    let edges = try allEdges(of: line)
    let last = try #require(edges.last)
    #expect(Int(last.sequence) > edges.count, "\(edges.count) kept, the last is \(last.sequence)")
  }

  @Test("An input is what its line is")
  func input() throws {
    let line = try hardware().inputLine("GPIO7")
    for high in [true, false, true] {
      try pull(7, high: high)
      #expect(try line.isHigh() == high)
    }
  }

  @Test("A camera delivers pictures of the size asked for, each once")
  func camera() throws {
    let camera = try hardware().camera("front")
    var frame = Frame(width: 64, height: 64)
    var sequences: [UInt32] = []
    let begin = clock.now
    while (clock.now - begin).seconds < 5, sequences.count < 10 {
      wait(0.02)
      if try camera.latest(into: &frame) {
        sequences.append(frame.sequence)
        #expect(abs((clock.now - frame.capturedAt).seconds) < 2)
      }
    }
    #expect(sequences.count == 10 && Set(sequences).count == 10 && sequences == sequences.sorted())
    #expect(Set(frame.pixels).count > 10, "vivid shows a test picture")
    print("kernel: \(camera)")
  }

  @Test("The watchdog says its true timeout, is nobody else's meanwhile, and can be stopped")
  func watchdog() throws {
    let hardware = hardware()
    let watchdog = try hardware.watchdog("/dev/watchdog0", timeout: Interval(seconds: 30))
    print("kernel: \(watchdog.identity), \(watchdog.timeout.seconds) s")
    #expect(watchdog.timeout == Interval(seconds: 30) && watchdog.canStop)
    #expect(watchdog.causedLastReset != true)
    var reason: WatchdogError.Reason?
    do throws(WatchdogError) {
      _ = try hardware.watchdog("/dev/watchdog0", timeout: Interval(seconds: 30))
    } catch { reason = error.reason }
    #expect(reason == .taken)
    try watchdog.kick()
    try watchdog.stop()
  }
}
