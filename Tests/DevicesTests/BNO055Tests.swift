// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

@Suite("The BNO055")
struct BNO055Tests {
  let bus = ScriptedBus(address: 0x28)
  let clock = TestClock()
  let imu: any InertialSensor

  init() throws {
    imu = try InertialChip.bno055.driver(
      device: I2CDevice(bus: bus, address: 0x28), dataReady: nil,
      settings: IMUCase.settings(100, 47))
    (bus.registers[0x00], bus.registers[0x36]) = (0xA0, 0x0F)
  }

  private func start() throws {
    try imu.start(clock: clock)
    bus.forget()
  }

  private func put(accel: [Int16] = [0, 0, 0], field: [Int16] = [0, 0, 0], gyro: [Int16]) {
    for (i, byte) in little(accel + field + gyro).enumerated() { bus.registers[8 + i] = byte }
  }

  private func wait(ms: Double) { clock.now = clock.now + Interval(seconds: ms / 1000) }

  private func drained() throws -> [InertialSample] {
    var samples: [InertialSample] = []
    try imu.drain { samples.append($0) }
    return samples
  }

  @Test("starts by the datasheet: reset, 700 ms, self-test, units, ranges, raw mode")
  func trace() throws {
    try imu.start(clock: clock)
    // 500 deg/s at 47 Hz: 3 << 3 | 2; 4 g at 62.5 Hz: 3 << 2 | 1.
    #expect(
      bus.trace == [
        "00>A0", "3F<20", "36>0F", "3B<00", "3B>00", "07<01", "08<0D", "08>0D", "09<0F", "09>0F",
        "0A<1A", "0A>1A", "07<00", "3D<07", "3D>07"
      ])
    #expect(clock.now.nanoseconds == 707_000_000)
  }

  @Test("is refused on a bus that may not bear its clock stretching, with what to do")
  func clockStretching() throws {
    let bus = ScriptedBus(address: 0x28)
    bus.bearsClockStretching = false
    let error = thrown {
      try InertialChip.bno055.driver(
        device: I2CDevice(bus: bus, address: 0x28), dataReady: nil,
        settings: IMUCase.settings(100, 47))
    }
    #expect(error == .clockStretching(chip: "BNO055", bus: "i2c-1"))
    let text = try #require(error?.description)
    #expect(text.contains("Raspberry Pi") && text.contains("dtoverlay=i2c-gpio"))
    #expect(bus.trace.isEmpty)
  }

  @Test("names another chip, refuses a failed self-test and a setting that does not stay")
  func refusals() throws {
    bus.registers[0x00] = 0x24
    guard
      case .wrongIdentity("BNO055", _, 0x28, 0x00, 0xA0, 0x24, "BMI270") = thrown({
        try imu.start(clock: clock)
      })
    else {
      Issue.record("the other chip was not named")
      return
    }
    (bus.registers[0x00], bus.registers[0x36]) = (0xA0, 0x0D)
    let selfTest = thrown { try imu.start(clock: clock) }
    #expect(selfTest?.description.contains("its self-test says 0x0D") == true)
    bus.registers[0x36] = 0x0F
    for register in [UInt8(0x3B), 0x08, 0x09, 0x0A, 0x3D] {
      bus.stubborn = [register]
      bus.registers[Int(register)] = 0xA5
      guard
        case .notAccepted("BNO055", _, 0x28, register, _, 0xA5) = thrown({
          try imu.start(clock: clock)
        })
      else {
        Issue.record("\(register)")
        continue
      }
    }
  }

  @Test("tells of a bus that fails, at whatever transfer", arguments: IMUStartTests.reasons)
  func busFails(reason: I2CError.Reason) throws {
    for transfer in 0..<15 {
      bus.outcomes = [I2CError.Reason?](repeating: nil, count: transfer) + [reason]
      let error = thrown { try imu.start(clock: clock) }
      guard case .bus(let bus, "BNO055") = error else {
        Issue.record("\(transfer): \(String(describing: error))")
        continue
      }
      #expect(bus.reason == reason)
    }
    bus.outcomes = []
    try start()
    bus.lasting = reason
    wait(ms: 10)
    guard case .bus = thrown({ try drained() }) else {
      Issue.record("a dead bus drained")
      return
    }
  }

  @Test("reads 1/100 m/s2, 1/16 uT and 1/16 deg/s (3.6.4) in one burst, dated when it is read")
  func scale() throws {
    try start()
    put(accel: [981, -100, 1], field: [320, -160, 16], gyro: [1600, -800, 16])
    wait(ms: 10)
    let sample = try #require(try drained().first)
    #expect(bus.trace.count == 1 && bus.trace[0].hasPrefix("08>"))
    #expect(sample.at == clock.now)
    #expect((sample.accelMS2 - Vector3(9.81, -1, 0.01)).norm < 1e-12)
    #expect((sample.gyroRadS - (.pi / 180) * Vector3(100, -50, 1)).norm < 1e-12)
    #expect((try #require(sample.magneticT) - Vector3(20e-6, -10e-6, 1e-6)).norm < 1e-12)
    bus.registers[0x34] = UInt8(bitPattern: -5)
    #expect(try imu.temperatureC() == -5)
  }

  @Test("gives a sample a period whatever the rate of looks, and counts periods without one")
  func polling() throws {
    try start()
    var samples = 0
    for look in 0..<400 {  // every 2.5 ms
      put(gyro: [Int16(look), 0, 0])
      samples += try drained().count
      wait(ms: 2.5)
    }
    // Due at 10, 20, … 1000 ms; a look may come a quarter of a period early.
    #expect(samples == 100 && imu.lostSamples == 0)
    wait(ms: 50)
    put(gyro: [-1, 0, 0])
    #expect(try drained().count == 1)
    #expect(imu.lostSamples == 4, "those of 1010 to 1040 ms")
  }

  @Test("does not take old data for new, but shows a chip that is stuck")
  func stuck() throws {
    try start()
    put(field: [5, 0, 0], gyro: [7, 0, 0])
    wait(ms: 10)
    #expect(try drained().count == 1)
    wait(ms: 10)
    #expect(try drained().isEmpty, "not yet measured anew")
    wait(ms: 3)
    put(field: [5, 0, 0], gyro: [8, 0, 0])
    let next = try drained()
    #expect(next.count == 1 && next[0].magneticT == nil, "the field is not new")
    var repeated = 0
    for _ in 0..<30 {
      wait(ms: 10)
      repeated += try drained().count
    }
    #expect(repeated >= 27 && imu.lostSamples == 0)
  }

  @Test("passes on saturated samples as they are")
  func saturated() throws {
    try start()
    put(gyro: [8000, -8000, 0])
    wait(ms: 10)
    #expect(abs(try #require(try drained().first).gyroRadS.y + 500 * .pi / 180) < 1e-9)
  }
}
