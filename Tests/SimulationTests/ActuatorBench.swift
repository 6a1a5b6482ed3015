// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Safety
import Simulation

/// A gate that lets every set point from -1 to 1 through, armed, with good senses.
struct OpenGate {
  private var gate: Gate
  private var senses = Senses()
  private var now = Instant.zero

  init(actuators: Int) {
    let wide = ActuatorLimits(lower: -1, upper: 1, ratePerS: 1e6, slewPerS2: 1e9)
    gate = Gate(
      limits: GateLimits(
        actuators: [ActuatorLimits](repeating: wide, count: actuators), periodS: 0.01,
        imuTimeoutS: 0.1, frameTimeoutS: nil, planTimeoutS: 1, rampS: 0.1, tiltRad: 1))
    gate.finishBooting()
    (senses.imuAt, senses.tiltRad, senses.isGyroCalibrated) = (now, 0, true)
    let refusals = gate.arm(senses: senses, now: now)
    precondition(refusals.isEmpty, "\(refusals)")
  }

  mutating func command(_ setPoints: SetPoints) -> SafeCommand {
    now = now + Interval(nanoseconds: 10_000_000)
    senses.imuAt = now
    return gate.pass(Proposal(setPoints: setPoints, at: now), senses: senses, now: now)
  }
}

/// Two wheels on a DRV8833, a servo, an ESC and a pump on a relay, all real drivers on fake chips:
/// set points 0 and 1, 2, 3 and 4. The servos' chip has its OE on a line with a pull-up.
final class ActuatorBench {
  let clock = HandClock()
  let bus = FakeI2CBus(name: "i2c-1")
  let motorChip = FakePCA9685()
  let servoChip = FakePCA9685()
  let enable = FakeOutputLine(name: "PWM_OE", isPulledHigh: true)
  let bridge = FakeDRV8833(sleepLine: "MOTOR_SLEEP", faultLine: "MOTOR_FAULT")
  let servo = FakeServo(pulseUs: 1000...2000, standingAt: -0.5)
  let esc = FakeESC(pulseUs: 1000...2000, isTwoWay: true, armS: 0.1)
  let relay: FakeRelay
  let group: ActuatorGroup
  private var gate = OpenGate(actuators: 5)
  /// What decides over each transfer from now on, told how many there were before.
  private var transfers = 0

  init() throws {
    let clock = clock
    relay = FakeRelay(line: "PUMP") { clock.now }
    servoChip.outputEnable = enable
    bus.attach(motorChip, at: 0x40)
    bus.attach(servoChip, at: 0x41)
    let motors = try PCA9685(device: I2CDevice(bus: bus, address: 0x40), frequencyHz: 1000)
    let servos = try PCA9685(
      device: I2CDevice(bus: bus, address: 0x41), frequencyHz: 50, outputEnable: enable)
    group = ActuatorGroup([
      try BridgeChip.drv8833.driver(
        motors: [
          BridgeMotor(in1: .chip(motors, channel: 0), in2: .chip(motors, channel: 1)),
          BridgeMotor(in1: .chip(motors, channel: 2), in2: .chip(motors, channel: 3))
        ],
        sleep: bridge, fault: bridge.fault),
      try Servo(
        channel: .chip(servos, channel: 0),
        settings: Servo.Settings(pulseUs: 1000...2000, travelRad: 1, restPosition: -0.5), index: 2),
      try ESC(
        channel: .chip(servos, channel: 7),
        settings: ESC.Settings(
          pulseUs: 1000...2000, isTwoWay: true, armS: 0.12, approachPerS: 2), index: 3),
      Relay(channel: .line(relay), minimumOnS: 0.05, minimumOffS: 0, index: 4)
    ])
  }

  /// Every transfer from the `count`th from now on ends so, `times` times.
  func fail(after count: Int, times: Int = .max, _ reason: I2CError.Reason) {
    transfers = 0
    bus.refuse { [unowned self] _ in
      defer { transfers += 1 }
      return transfers >= count && transfers - count < times ? reason : nil
    }
  }

  /// One tick of 10 ms with this command, felt by what moves.
  func tick(_ setPoints: SetPoints) throws(DeviceError) {
    defer { feel() }
    try group.apply(gate.command(setPoints))
  }

  func feel() {
    clock.now = clock.now + Interval(nanoseconds: 10_000_000)
    servo.feel(pulseS: servoChip.highS(0))
    esc.feel(pulseS: servoChip.highS(7), now: clock.now)
  }

  /// The error that busy ticks end with, and after how many; nil when 200 end well.
  func error(_ each: (Int) -> Void = { _ in }) -> (error: DeviceError, ticks: Int)? {
    for tick in 0..<200 {
      each(tick)
      let value = 0.3 + 0.001 * Double(tick)
      do throws(DeviceError) {
        try self.tick([value, -value, value, value, 1, 0, 0, 0])
      } catch { return (error, tick) }
    }
    return nil
  }

  var wheels: [MotorDrive] {
    [(0, 1), (2, 3)].map { bridge.drive(in1: motorChip.duty($0), in2: motorChip.duty($1)) }
  }

  /// Whether nothing is powered and nothing gets a pulse.
  var isOff: Bool {
    wheels == [.coasting, .coasting] && servoChip.duty(0) == 0 && servoChip.duty(7) == 0
      && !relay.isClosed
  }
}
