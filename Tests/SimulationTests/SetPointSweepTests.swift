// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Safety
import Simulation
import Testing

/// What each set point does to what hangs behind the pins, over all of them.
struct SetPointSweepTests {
  /// Everything from -1 to 1, the limits, both zeros, and the smallest on either side of them.
  static let values: [Double] =
    (-64...64).map { Double($0) / 64 } + [-0.0, 1e-300, -1e-300, 0.00012, -0.00012]
    + [Double(1).nextDown, Double(-1).nextUp]

  enum Home: CaseIterable { case pca9685, outputs }

  /// Two channels, and what they carry.
  private func channels(
    _ home: Home
  ) throws -> (channels: [PWMChannel], duty: (Int) -> Double, resolution: Double) {
    if home == .outputs {
      let outputs = ["PWM0", "PWM1", "PWM2"].map { FakePWMOutput(name: $0) }
      return (
        outputs.map { .output($0, period: Interval(nanoseconds: 50_000)) }, { outputs[$0].duty },
        1.0 / 50_000
      )
    }
    let (bus, fake) = (FakeI2CBus(name: "i2c-1"), FakePCA9685())
    bus.attach(fake, at: 0x40)
    let chip = try PCA9685(device: I2CDevice(bus: bus, address: 0x40), frequencyHz: 1000)
    return ((4...6).map { .chip(chip, channel: $0) }, { fake.duty(4 + $0) }, 1.0 / 4096)
  }

  @Test(
    "A DRV8833 drives its motor with the set point, in both decays",
    arguments: Home.allCases, Decay.allCases)
  func drv8833(home: Home, decay: Decay) throws {
    for isInverted in [false, true] {
      let (channels, duty, resolution) = try channels(home)
      let fake = FakeDRV8833(sleepLine: "SLEEP", faultLine: "FAULT")
      let bridge = try BridgeChip.drv8833.driver(
        motors: [BridgeMotor(in1: channels[0], in2: channels[1], isInverted: isInverted)],
        sleep: fake, fault: fake.fault, decay: decay)
      try bridge.start(clock: HandClock())
      var gate = OpenGate(actuators: 1)
      for value in Self.values {
        try bridge.apply(gate.command([value, 0, 0, 0, 0, 0, 0, 0]))
        let drive = fake.drive(in1: duty(0), in2: duty(1))
        let wanted = isInverted ? -value : value
        if decay == .fast, abs(value) < resolution / 2 {
          #expect(drive == .coasting)
        } else if case .driven(let voltage) = drive {
          #expect(abs(voltage - wanted) <= resolution / 2 + 1e-12, "\(value)")
          #expect(abs(value) < 1 || abs(voltage) == 1, "full power is full")
        } else {
          Issue.record("\(value): \(drive)")
        }
      }
      bridge.stop()
      #expect(fake.drive(in1: duty(0), in2: duty(1)) == .coasting && duty(0) + duty(1) == 0)
    }
  }

  @Test("A TB6612 drives its motor with the set point", arguments: Home.allCases)
  func tb6612(home: Home) throws {
    for isInverted in [false, true] {
      let (channels, duty, resolution) = try channels(home)
      let fake = FakeTB6612(standbyLine: "STBY")
      let bridge = try BridgeChip.tb6612.driver(
        motors: [
          BridgeMotor(pwm: channels[0], in1: channels[1], in2: channels[2], isInverted: isInverted)
        ],
        sleep: fake)
      try bridge.start(clock: HandClock())
      var gate = OpenGate(actuators: 1)
      for value in Self.values {
        try bridge.apply(gate.command([value, 0, 0, 0, 0, 0, 0, 0]))
        let drive = fake.drive(pwm: duty(0), in1: duty(1) == 1, in2: duty(2) == 1)
        guard case .driven(let voltage) = drive else { throw Unexpected(drive: drive) }
        #expect(abs(voltage - (isInverted ? -value : value)) <= resolution / 2 + 1e-12)
      }
      bridge.stop()
      #expect(fake.drive(pwm: duty(0), in1: duty(1) == 1, in2: duty(2) == 1) == .coasting)
    }
  }

  struct Unexpected: Error { var drive: MotorDrive }

  @Test("A servo stands where it is told, within its pulses, on a chip and on an output")
  func servo() throws {
    let (bus, fake) = (FakeI2CBus(name: "i2c-1"), FakePCA9685())
    bus.attach(fake, at: 0x40)
    let chip = try PCA9685(device: I2CDevice(bus: bus, address: 0x40), frequencyHz: 50)
    let output = FakePWMOutput(name: "PWM0")
    let cases: [(PWMChannel, () -> Double, Double)] = [
      (.chip(chip, channel: 3), { fake.highS(3) }, 5e-6),
      (.output(output, period: Interval(nanoseconds: 20_000_000)), { output.highS }, 1e-9)
    ]
    for (channel, pulseS, stepS) in cases {
      let motor = FakeServo(pulseUs: 600...2400, standingAt: 0)
      let servo = try Servo(
        channel: channel, settings: Servo.Settings(pulseUs: 600...2400, travelRad: 2), index: 0)
      let clock = HandClock()
      try servo.start(clock: clock)
      var gate = OpenGate(actuators: 1)
      for value in [0, 0] + Self.values {
        try servo.apply(gate.command([value, 0, 0, 0, 0, 0, 0, 0]))
        motor.feel(pulseS: pulseS())
        #expect(abs(motor.position - value) <= stepS * 1e6 / 1800 + 1e-9)
      }
      #expect(motor.pulsesBeyond == 0)
      servo.stop()
      motor.feel(pulseS: pulseS())
      #expect(!motor.isHolding)
    }
  }

  @Test("The first pulse is the stated position, wherever the commands begin", arguments: values)
  func seeded(value: Double) throws {
    let output = FakePWMOutput(name: "PWM0")
    let clock = HandClock()
    for rest in [-1, -0.3, 0, 0.7, 1] {
      let motor = FakeServo(pulseUs: 1000...2000, standingAt: rest)
      let servo = try Servo(
        channel: .output(output, period: Interval(nanoseconds: 20_000_000)),
        settings: Servo.Settings(pulseUs: 1000...2000, travelRad: 2, restPosition: rest), index: 0)
      try servo.start(clock: clock)
      var gate = OpenGate(actuators: 1)
      for _ in 0..<250 {
        try servo.apply(gate.command([value, 0, 0, 0, 0, 0, 0, 0]))
        motor.feel(pulseS: output.highS)
        clock.now = clock.now + Interval(nanoseconds: 10_000_000)
      }
      // 1 rad/s of 2 rad of travel is a set point a second.
      #expect(motor.largestJump <= 0.01 + 1e-5 && abs(motor.position - value) < 1e-5)
    }
  }

  @Test(
    "An ESC is armed by its driver and then follows, one way and two ways",
    arguments: [false, true])
  func esc(isTwoWay: Bool) throws {
    let output = FakePWMOutput(name: "PWM0")
    let motor = FakeESC(pulseUs: 1000...2000, isTwoWay: isTwoWay, armS: 0.95)
    let esc = try ESC(
      channel: .output(output, period: Interval(nanoseconds: 20_000_000)),
      settings: ESC.Settings(pulseUs: 1000...2000, isTwoWay: isTwoWay, armS: 1), index: 0)
    let clock = HandClock()
    try esc.start(clock: clock)
    var gate = OpenGate(actuators: 1)
    func tick(_ value: Double) throws {
      try esc.apply(gate.command([value, 0, 0, 0, 0, 0, 0, 0]))
      clock.now = clock.now + Interval(nanoseconds: 10_000_000)
      motor.feel(pulseS: output.highS, now: clock.now)
    }
    for _ in 0..<400 { try tick(1) }  // commanded full from the first tick
    #expect(motor.isArmed && motor.throttle == 1 && motor.largestJump < 0.03)
    for value in Self.values {
      try tick(value)
      let wanted = isTwoWay ? value : max(0, value)
      #expect(abs(motor.throttle - wanted) < 0.02, "\(value)")
    }
    esc.stop()
    motor.feel(pulseS: output.highS, now: clock.now)
    #expect(!motor.hasSignal)
  }

  @Test("Stopped at full throttle, an ESC is told to rest before it hears nothing more")
  func escStop() throws {
    let output = FakePWMOutput(name: "PWM0")
    let motor = FakeESC(pulseUs: 1000...2000, isTwoWay: false, armS: 0.1, signalLossS: 3)
    let esc = try ESC(
      channel: .output(output, period: Interval(nanoseconds: 20_000_000)),
      settings: ESC.Settings(pulseUs: 1000...2000, isTwoWay: false, armS: 0.2, approachPerS: 5),
      index: 0)
    // The motor hears whatever is on the wire while the driver waits.
    let clock = ListeningClock { motor.feel(pulseS: output.highS, now: $0) }
    try esc.start(clock: clock)
    var gate = OpenGate(actuators: 1)
    for _ in 0..<100 {
      try esc.apply(gate.command([1, 0, 0, 0, 0, 0, 0, 0]))
      clock.sleep(until: clock.now + Interval(nanoseconds: 10_000_000))
    }
    #expect(motor.throttle == 1)
    esc.stop()
    motor.feel(pulseS: output.highS, now: clock.now)
    #expect(motor.throttle == 0 && !motor.hasSignal)
  }
}

/// A clock that lets somebody feel each millisecond of a sleep.
final class ListeningClock: Clock {
  private(set) var now = Instant.zero
  private let feel: (Instant) -> Void
  init(_ feel: @escaping (Instant) -> Void) { self.feel = feel }
  func sleep(until deadline: Instant) {
    while now < deadline {
      now = min(deadline, now + Interval(nanoseconds: 1_000_000))
      feel(now)
    }
  }
}
