// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

@Suite("Every IMU with a FIFO, when it starts,")
struct IMUStartTests {
  @Test("sends exactly the transfers of its datasheet", arguments: IMUCase.all)
  func trace(one: IMUCase) throws {
    let bench = try IMUBench(one)
    try bench.imu.start(clock: bench.clock)
    #expect(bench.bus.trace == one.start)
    // The magnetometers and the ICM-42688-P add less than a millisecond.
    #expect(bench.clock.now.nanoseconds / 1_000_000 == one.startMs)
  }

  @Test("names the chip that is there instead, and writes nothing to it", arguments: IMUCase.all)
  func wrongIdentity(one: IMUCase) throws {
    let bench = try IMUBench(one)
    bench.bus.registers[Int(one.identityRegister)] = one.other.value
    let error = thrown { try bench.imu.start(clock: bench.clock) }
    #expect(
      error
        == .wrongIdentity(
          chip: one.name, bus: "i2c-1", address: one.address, register: one.identityRegister,
          expected: one.identity, found: one.other.value, looksLike: one.other.name))
    #expect(!bench.bus.trace.contains { $0.contains("<") })
    #expect(error?.description.contains("That is the \(one.other.name)'s answer") == true)
  }

  @Test("finds a stranger of another maker by the other maker's register", arguments: IMUCase.all)
  func stranger(one: IMUCase) throws {
    let bench = try IMUBench(one)
    // 0x70 in register 0x0F is an LSM6DSV16X, in 0x75 an MPU-6500.
    let register: UInt8 = one.identityRegister == 0x0F ? 0x75 : 0x0F
    bench.bus.registers[Int(one.identityRegister)] = 0x01
    bench.bus.registers[Int(register)] = 0x70
    let name = register == 0x0F ? "LSM6DSV16X" : "MPU-6500"
    let error = thrown { try bench.imu.start(clock: bench.clock) }
    #expect(error?.description.contains("says 0x01, not \(hex(one.identity))") == true)
    #expect(error?.description.contains("That is the \(name)'s answer") == true)
    #expect(!bench.bus.trace.contains { $0.contains("<") })
  }

  @Test("refuses a setting that does not stay, by register", arguments: IMUCase.all)
  func notAccepted(one: IMUCase) throws {
    for register in one.checked {
      let bench = try IMUBench(one)
      bench.bus.stubborn = [register]
      bench.bus.registers[Int(register)] = 0xA5
      let error = thrown { try bench.imu.start(clock: bench.clock) }
      guard case .notAccepted(one.name, "i2c-1", one.address, register, _, 0xA5) = error else {
        Issue.record("\(twoDigits(register)): \(String(describing: error))")
        continue
      }
    }
  }

  static let reasons: [I2CError.Reason] = [.noAcknowledge, .timedOut, .busFault]

  @Test("tells of a bus that fails, at whatever transfer", arguments: IMUCase.all, reasons)
  func busFails(one: IMUCase, reason: I2CError.Reason) throws {
    for transfer in one.start.indices {
      let bench = try IMUBench(one)
      bench.bus.outcomes = [I2CError.Reason?](repeating: nil, count: transfer) + [reason]
      let error = thrown { try bench.imu.start(clock: bench.clock) }
      guard case .bus(let bus, _) = error else {
        Issue.record("\(one.start[transfer]): \(String(describing: error))")
        continue
      }
      #expect(bus.reason == reason && bus.bus == "i2c-1")
      #expect(bench.bus.trace.count == transfer + 1, "it goes no further")
    }
  }

  @Test("refuses rates, ranges and filters that it has not, with those it has")
  func unsupported() throws {
    for one in IMUCase.all {
      var settings = one.settings
      settings.rateHz = 123
      let rate = thrown { try IMUBench(one, settings: settings) }
      #expect(rate?.description.contains("rate of 123 Hz is not possible") == true)
      settings = one.settings
      settings.filterHz = 77
      let filter = thrown { try IMUBench(one, settings: settings) }
      #expect(filter?.description.contains("filter of 77 Hz is not possible") == true)
      settings = one.settings
      settings.accelRangeMS2 = 3 * 9.80665
      let accel = thrown { try IMUBench(one, settings: settings) }
      #expect(accel?.description.contains("2, 4, 8, 16 g") == true)
      settings = one.settings
      settings.gyroRangeRadS = 1
      let gyro = thrown { try IMUBench(one, settings: settings) }
      #expect(gyro?.description.contains("500, 1000, 2000 deg/s") == true)
    }
  }

  @Test("takes every rate, range and filter of its traits", arguments: IMUCase.all)
  func allSettings(one: IMUCase) throws {
    let traits = one.chip.traits
    var rates = [one.settings.rateHz]
    if case .listed(let listed) = traits.rates { rates = listed }
    for rateHz in rates {
      for (i, filterHz) in traits.filtersHz(atRateHz: rateHz).enumerated() {
        let bench = try IMUBench(
          one,
          settings: InertialSettings(
            rateHz: rateHz,
            gyroRangeRadS: traits.gyroRangesDegS[i % traits.gyroRangesDegS.count] * .pi / 180,
            accelRangeMS2: traits.accelRangesG[i % traits.accelRangesG.count] * 9.80665,
            filterHz: filterHz))
        try bench.start()
        #expect(bench.imu.sampleRateHz == rateHz)
      }
    }
    #expect(traits.filtersHz(atRateHz: 123).isEmpty || !traits.filtersHz.isEmpty)
  }

  @Test("needs its data-ready line", arguments: IMUCase.all)
  func noLine(one: IMUCase) {
    let error = thrown {
      try one.chip.driver(
        device: I2CDevice(bus: ScriptedBus(address: one.address), address: one.address),
        dataReady: nil, settings: one.settings, firmware: IMUBench.config)
    }
    #expect(error?.description.contains("interrupt of no line is not possible") == true)
  }

  @Test("A magnetometer that is another chip is told, with its address")
  func magnetometerIdentity() throws {
    for one in IMUCase.all where one.chip.traits.magnetometer != nil {
      let bench = try IMUBench(one)
      bench.bus.magnetometer = [UInt8](repeating: 0, count: 256)
      let error = thrown { try bench.imu.start(clock: bench.clock) }
      guard case .wrongIdentity(let name, _, 0x0C, _, _, 0, nil) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(name == one.chip.traits.magnetometer?.name)
      let without = try IMUBench(one)
      without.bus.magnetometer = nil
      let silent = thrown { try without.imu.start(clock: without.clock) }
      #expect(silent?.description.contains("address 0x0C") == true)
    }
  }
}

@Suite("The table of identities")
struct InertialIdentityTests {
  @Test("knows each chip that has a driver, and no register says two things")
  func complete() {
    for chip in InertialChip.allCases {
      let traits = chip.traits
      #expect(
        InertialIdentity.name(register: traits.identityRegister, value: traits.identity)
          == traits.name)
    }
    let keys = InertialIdentity.known.map { Int($0.register) << 8 | Int($0.value) }
    #expect(Set(keys).count == keys.count)
    #expect(InertialIdentity.name(register: 0x75, value: 0x70) == "MPU-6500")
    #expect(InertialIdentity.name(register: 0x0F, value: 0x70) == "LSM6DSV16X")
    #expect(InertialIdentity.name(register: 0x00, value: 0x70) == nil)
  }
}
