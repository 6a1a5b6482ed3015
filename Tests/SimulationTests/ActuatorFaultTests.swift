// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Safety
import Simulation
import Testing

/// Real drivers on fake chips, and what breaks between them.
struct ActuatorFaultTests {
  static let reasons: [I2CError.Reason] = [
    .noAcknowledge, .timedOut, .busFault, .system(errno: 5)
  ]

  @Test("Nothing moves before an enabled command, whatever the chips were left with")
  func nothingMoves() throws {
    let bench = try ActuatorBench()
    #expect(bench.isOff)
    try bench.group.start(clock: bench.clock)
    #expect(bench.isOff && bench.enable.isHigh)
    for _ in 0..<10 {
      try bench.group.apply(.off(count: 5))
      bench.feel()
      #expect(bench.isOff)
    }
  }

  @Test("Healthy, everything follows, without jumps and without errors")
  func healthy() throws {
    let bench = try ActuatorBench()
    try bench.group.start(clock: bench.clock)
    #expect(bench.error() == nil)
    #expect(!bench.isOff && !bench.enable.isHigh)
    #expect(abs(bench.servo.position - 0.499) < 0.01 && abs(bench.esc.throttle - 0.499) < 0.01)
    #expect(bench.relay.isClosed && bench.bridge.isAwake)
    // 1 rad/s of 1 rad is two set points a second; the step of the chip is 0.01, the ESC's dead
    // band 0.02.
    #expect(bench.servo.largestJump <= 0.03 && bench.esc.largestJump <= 0.05)
    #expect(bench.servo.pulsesBeyond == 0)
  }

  @Test(
    "Every single transfer of a start may fail: the start fails so, and all is off",
    arguments: reasons)
  func startTransfers(reason: I2CError.Reason) throws {
    var failures = 0
    for count in 0..<60 {
      let bench = try ActuatorBench()
      bench.fail(after: count, times: 1, reason)
      do throws(DeviceError) {
        try bench.group.start(clock: bench.clock)
      } catch {
        guard case .bus(let inner, "PCA9685") = error else { throw error }
        #expect(inner.reason == reason)
        failures += 1
      }
      #expect(bench.isOff, "transfer \(count)")
    }
    // Two chips, the second one twice (servo and ESC): eight transfers each.
    #expect(failures == 24)
  }

  @Test(
    "Any one transfer may fail while driving: that tick throws, and all is off",
    arguments: reasons)
  func oneTransfer(reason: I2CError.Reason) throws {
    for count in 0..<24 {
      let bench = try ActuatorBench()
      try bench.group.start(clock: bench.clock)
      for _ in 0..<20 { try bench.tick([0.5, 0.5, 0, 0.5, 1, 0, 0, 0]) }
      bench.fail(after: count, times: 1, reason)
      let (error, ticks) = try #require(bench.error())
      guard case .bus(let inner, "PCA9685") = error else { throw error }
      #expect(inner.reason == reason && ticks == count / 6, "transfer \(count)")
      #expect(bench.isOff, "transfer \(count)")
    }
  }

  @Test("A bus that dies for good: the lines still put everything off", arguments: reasons)
  func deadBus(reason: I2CError.Reason) throws {
    for count in 0..<6 {
      let bench = try ActuatorBench()
      try bench.group.start(clock: bench.clock)
      for _ in 0..<20 { try bench.tick([0.5, 0.5, 0, 0.5, 1, 0, 0, 0]) }
      bench.fail(after: count, reason)
      #expect(try #require(bench.error()).ticks == 0)
      #expect(bench.isOff)
      bench.group.stop()
      bench.group.stop()
      #expect(bench.isOff)
    }
  }

  @Test("A PWM chip that acknowledges and ignores is told by address within its channels' ticks")
  func ignored() throws {
    for (address, channels) in [(UInt8(0x40), 4), (0x41, 1)] {
      let bench = try ActuatorBench()
      try bench.group.start(clock: bench.clock)
      for _ in 0..<20 { try bench.tick([0.5, 0.5, 0, 0.5, 1, 0, 0, 0]) }
      (address == 0x40 ? bench.motorChip : bench.servoChip).fault = .stuck
      let (error, ticks) = try #require(bench.error())
      guard case .notAccepted("PCA9685", "i2c-1", address, _, _, _) = error else { throw error }
      #expect(ticks < channels)
      #expect(bench.isOff, "the sleep line and OE do it")
    }
  }

  @Test("A chip that lost its power and came back asleep is told by MODE1 in the same tick")
  func brownOut() throws {
    for (address, isMotors) in [(UInt8(0x40), true), (0x41, false)] {
      for before in 0..<8 {
        let bench = try ActuatorBench()
        try bench.group.start(clock: bench.clock)
        for _ in 0..<(20 + before) { try bench.tick([0, 0, 0, 0.5, 1, 0, 0, 0]) }
        (isMotors ? bench.motorChip : bench.servoChip).brownOut()
        let (error, ticks) = try #require(bench.error())
        #expect(
          error
            == .notAccepted(
              chip: "PCA9685", bus: "i2c-1", address: address, register: 0x00, wrote: 0x20,
              read: 0x11))
        #expect(ticks == 0 && bench.isOff)
      }
    }
  }

  @Test("A shorted motor pulls nFAULT: the next tick throws, and all is off")
  func shorted() throws {
    let bench = try ActuatorBench()
    try bench.group.start(clock: bench.clock)
    let found = bench.error { if $0 == 50 { bench.bridge.short(true) } }
    let (error, ticks) = try #require(found)
    guard case .fault("DRV8833", "MOTOR_FAULT", _) = error else { throw error }
    #expect(ticks == 50 && bench.isOff)
  }

  @Test("A line that refuses is told by its name, and the rest is off")
  func lines() throws {
    let bench = try ActuatorBench()
    try bench.group.start(clock: bench.clock)
    let error = LineError(line: "PUMP", errno: 16)
    let found = bench.error { if $0 == 0 { bench.relay.error = error } }
    #expect(try #require(found).error == .line(error))
    #expect(bench.isOff)
  }

  @Test("Stop holds whatever fails, at any moment, as often as it is called")
  func stop() throws {
    for ticks in [0, 1, 5, 30] {
      let bench = try ActuatorBench()
      bench.group.stop()  // never started
      try bench.group.start(clock: bench.clock)
      for _ in 0..<ticks { try bench.tick([1, -1, 1, -1, 1, 0, 0, 0]) }
      bench.fail(after: 0, .busFault)
      for _ in 0..<3 {
        bench.group.stop()
        #expect(bench.isOff)
      }
      bench.bridge.error = LineError(line: "MOTOR_SLEEP", errno: 16)
      bench.relay.error = LineError(line: "PUMP", errno: 16)
      bench.enable.error = LineError(line: "PWM_OE", errno: 16)
      bench.group.stop()
      #expect(bench.isOff)
    }
  }

  @Test("When the program dies, OE's pull-up and the sleep pin's pull-down leave nothing driven")
  func abandoned() throws {
    let bench = try ActuatorBench()
    try bench.group.start(clock: bench.clock)
    for _ in 0..<30 { try bench.tick([1, -1, 1, -1, 0, 0, 0, 0]) }
    bench.enable.release()
    #expect(bench.servoChip.duty(0) == 0 && bench.servoChip.duty(7) == 0)
  }

  @Test("What a tick costs of a 400 kHz bus, read-back included")
  func busTime() throws {
    let bench = try ActuatorBench()
    try bench.group.start(clock: bench.clock)
    for _ in 0..<30 { try bench.tick([1, -1, 1, -1, 0, 0, 0, 0]) }
    let before = bench.bus.busyS
    for _ in 0..<100 { try bench.tick([0.5, -1, 0.3, -1, 0, 0, 0, 0]) }
    // Three drivers: 17 + 5 + 5 bytes written, three times four read back: 1.4 ms a tick.
    #expect((bench.bus.busyS - before) / 100 < 1.5e-3)
  }
}
