// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

/// A driver with its scripted surroundings.
struct MPU6050Bench {
  let bus = ScriptedBus(address: 0x68)
  let edges = TestEdges()
  let clock = TestClock()
  let imu: any InertialSensor

  init(
    rateHz: Double = 200, gyroDegS: Double = 250, accelG: Double = 2, filterHz: Double = 94
  ) throws(DeviceError) {
    imu = try InertialChip.mpu6050.driver(
      device: I2CDevice(bus: bus, address: 0x68), dataReady: edges,
      settings: InertialSettings(
        rateHz: rateHz, gyroRangeRadS: gyroDegS * .pi / 180,
        accelRangeMS2: accelG * 9.80665, filterHz: filterHz))
    bus.registers[0x75] = 0x68
  }

  func start() throws(DeviceError) {
    try imu.start(clock: clock)
    bus.forget()
  }

  /// A record as the chip sends it: accelerometer, then gyro, high byte first.
  func queue(accel: [Int16], gyro: [Int16]) {
    bus.fifo += (accel + gyro).flatMap {
      [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)]
    }
    announce(bus.fifo.count)
  }

  func announce(_ bytes: Int) {
    (bus.registers[0x72], bus.registers[0x73]) = (UInt8(bytes >> 8), UInt8(bytes & 0xFF))
  }

  func drained() throws(DeviceError) -> [InertialSample] {
    var samples: [InertialSample] = []
    try imu.drain { samples.append($0) }
    return samples
  }
}

struct MPU6050StartTests {
  @Test("Start checks the identity, resets, waits 100 ms, configures and reads every setting back")
  func startTrace() throws {
    let bench = try MPU6050Bench(rateHz: 200, gyroDegS: 500, accelG: 4, filterHz: 44)
    try bench.imu.start(clock: bench.clock)
    #expect(
      bench.bus.trace == [
        "75>68", "6B<80", "6B<01", "1A<03", "1A>03", "19<04", "19>04", "1B<08", "1B>08", "1C<08",
        "1C>08", "23<78", "23>78", "6A<04", "6A<40", "38<01"
      ])
    #expect(bench.clock.now == Instant(nanoseconds: 100_000_000))
  }

  @Test(
    "Each range has the register value of tables 4.4 and 4.5",
    arguments: zip([250.0, 500, 1000, 2000], ["00", "08", "10", "18"]))
  func ranges(gyroDegS: Double, bits: String) throws {
    let bench = try MPU6050Bench(gyroDegS: gyroDegS, accelG: gyroDegS / 125)
    try bench.imu.start(clock: bench.clock)
    #expect(bench.bus.trace.contains("1B<\(bits)"))
    #expect(bench.bus.trace.contains("1C<\(bits)"))
  }

  @Test(
    "Each filter has the DLPF_CFG of table 4.3",
    arguments: zip([184.0, 94, 44, 21, 10, 5], ["01", "02", "03", "04", "05", "06"]))
  func filters(hz: Double, bits: String) throws {
    let bench = try MPU6050Bench(filterHz: hz)
    try bench.imu.start(clock: bench.clock)
    #expect(bench.bus.trace.contains("1A<\(bits)"))
  }

  @Test(
    "The divider is 1000 Hz / rate - 1",
    arguments: zip([1000.0, 500, 100, 4], ["00", "01", "09", "F9"]))
  func dividers(hz: Double, divider: String) throws {
    let bench = try MPU6050Bench(rateHz: hz)
    try bench.imu.start(clock: bench.clock)
    #expect(bench.bus.trace.contains("19<\(divider)"))
  }

  @Test("Rates, ranges and filters that the chip has not are refused with those it has")
  func unsupported() {
    func refusal(_ make: () throws -> MPU6050Bench) -> String {
      thrown(make)?.description ?? "accepted"
    }
    let rate = refusal { try MPU6050Bench(rateHz: 300) }
    #expect(rate.contains("rate of 300 Hz is not possible"))
    #expect(rate.contains("1000 Hz divided by 1 to 256"))
    #expect(refusal { try MPU6050Bench(rateHz: 3) }.contains("rate of 3 Hz"))
    #expect(refusal { try MPU6050Bench(rateHz: 0) }.contains("is not possible"))
    let gyro = refusal { try MPU6050Bench(gyroDegS: 300) }
    #expect(gyro.contains("250, 500, 1000, 2000 deg/s"))
    let accel = refusal { try MPU6050Bench(accelG: 3) }
    #expect(accel.contains("2, 4, 8, 16 g"))
    let filter = refusal { try MPU6050Bench(filterHz: 50) }
    #expect(filter.contains("5, 10, 21, 44, 94, 184 Hz"))
  }

  @Test(
    "Another chip is named, and nothing is written to it",
    arguments: zip(
      [UInt8(0x70), 0x71, 0x73, 0x75], ["MPU-6500", "MPU-9250", "MPU-9255", "MPU-6515 clone"]))
  func wrongIdentity(found: UInt8, like: String) throws {
    let bench = try MPU6050Bench()
    bench.bus.registers[0x75] = found
    let error = thrown { try bench.imu.start(clock: bench.clock) }
    #expect(
      error
        == .wrongIdentity(
          chip: "MPU-6050", bus: "i2c-1", address: 0x68, register: 0x75, expected: 0x68,
          found: found,
          looksLike: like))
    #expect(bench.bus.trace == ["75>\(twoDigits(found))"])
    let text = try #require(error?.description)
    #expect(text.contains("i2c-1 address 0x68") && text.contains("That is the \(like)'s answer"))
  }

  @Test("An unknown identity asks to check the wiring")
  func unknownIdentity() throws {
    let bench = try MPU6050Bench()
    bench.bus.registers[0x75] = 0xEA
    let error = thrown { try bench.imu.start(clock: bench.clock) }
    let text = try #require(error?.description)
    #expect(text.contains("register 0x75 says 0xEA, not 0x68"))
    #expect(text.contains("Check which chip is wired there"))
  }

  @Test("No acknowledge says bus, address and register, and what to check")
  func noAcknowledge() throws {
    let bench = try MPU6050Bench()
    bench.bus.lasting = .noAcknowledge
    let error = thrown { try bench.imu.start(clock: bench.clock) }
    #expect(
      error
        == .bus(
          I2CError(bus: "i2c-1", address: 0x68, register: 0x75, reason: .noAcknowledge),
          chip: "MPU-6050"))
    let text = try #require(error?.description)
    #expect(text.contains("i2c-1 address 0x68 register 0x75: no answer. Check power"))
  }

  @Test(
    "A setting that does not stay is refused by register",
    arguments: [UInt8(0x1A), 0x19, 0x1B, 0x1C, 0x23])
  func notAccepted(register: UInt8) throws {
    let bench = try MPU6050Bench(gyroDegS: 500, accelG: 4)
    bench.bus.stubborn = [register]
    bench.bus.registers[Int(register)] = 0xA5
    let error = thrown { try bench.imu.start(clock: bench.clock) }
    guard case .notAccepted("MPU-6050", "i2c-1", 0x68, register, _, 0xA5) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.description.contains("but reads 0xA5. Check its supply") == true)
  }
}
