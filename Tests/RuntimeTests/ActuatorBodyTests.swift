// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Quantities
import Runtime
import Safety
import Simulation
import Testing

/// A computer whose lines and outputs are all there, with an IMU's and a PWM chip's place on i2c-1.
private final class PartsBench: Hardware {
  final class HandClock: Clock {
    var now = Instant.zero
    func sleep(until deadline: Instant) { now = max(now, deadline) }
  }

  let hand = HandClock()
  var clock: any Clock { hand }
  let bus = FakeI2CBus(name: "i2c-1")
  let chip = FakePCA9685()
  var outputs: [String: FakeOutputLine] = [:]
  var inputs: [String: FakeInputLine] = [:]
  var pwm: [String: FakePWMOutput] = [:]

  init() { bus.attach(chip, at: 0x40) }

  func i2cBus(_ name: String) throws(HardwareError) -> any I2CBus { bus }

  func outputLine(
    _ name: String, restsHigh: Bool
  ) throws(HardwareError) -> any OutputLine {
    let line = FakeOutputLine(name: name, isPulledHigh: restsHigh)
    line.request(isHigh: restsHigh)
    outputs[name] = line
    if restsHigh { chip.outputEnable = line }
    return line
  }

  func inputLine(_ name: String) throws(HardwareError) -> any InputLine {
    let line = FakeInputLine(name: name)
    inputs[name] = line
    return line
  }

  func edgeLine(_ name: String, _ kind: EdgeKind) throws(HardwareError) -> any EdgeLine {
    FakeEdgeLine(name: name)
  }

  func pwmOutput(_ name: String) throws(HardwareError) -> any PWMOutput {
    let output = FakePWMOutput(name: name)
    pwm[name] = output
    return output
  }

  func frameSource(_ name: String) throws(HardwareError) -> any FrameSource {
    throw HardwareError(kind: "camera", name: name, available: [])
  }
}

@Suite("A body of many parts")
struct ActuatorBodyTests {
  /// Wheels on a DRV8833, a gripper on a PWM output of the computer, a lamp on a relay.
  private static let text = """
    extends: pi5-balance/board.yaml
    board: many
    lines: {MOTOR_FAULT: GPIO23, LAMP: GPIO24, GRIPPER: PWM0}
    motor_driver: {chip: drv8833, standby: MOTOR_STBY, fault: MOTOR_FAULT}
    motors:
      - {name: left, in1: 0, in2: 1, limits: {position: [-1, 1], rate: 1000 /s, slew: 99999 /s2}}
      - {name: right, in1: 2, in2: 3, limits: {position: [-1, 1], rate: 1000 /s, slew: 99999 /s2}}
    servos:
      - name: gripper
        output: GRIPPER
        pulse: [1 ms, 2 ms]
        limits: {position: [-1, 1], rate: 1000 /s, slew: 99999 /s2}
    relays: [{name: lamp, line: LAMP}]
    actions:
      - {name: left, motors: [left]}
      - {name: right, motors: [right]}
      - {name: gripper, motors: [gripper]}
      - {name: lamp, motors: [lamp]}
    """

  /// A gate of the board's limits that is armed, with senses that are always good.
  private struct OpenGate {
    private var gate: Gate
    private var senses = Senses()

    init(_ board: BoardDescription, now: Instant) {
      gate = Gate(limits: GateLimits(board))
      gate.finishBooting()
      (senses.tiltRad, senses.isGyroCalibrated, senses.imuAt) = (0, true, now)
      let refusals = gate.arm(senses: senses, now: now)
      precondition(refusals.isEmpty, "\(refusals)")
    }

    mutating func command(_ setPoints: SetPoints, now: Instant) -> SafeCommand {
      senses.imuAt = now
      return gate.pass(Proposal(setPoints: setPoints, at: now), senses: senses, now: now)
    }
  }

  @Test("calibrated ends narrow the limits of their servo, and only of that one")
  func servoEnds() throws {
    let board = try BoardDescription.parse(
      Self.text, path: "\(ReferenceRobotTests.folder)/many.yaml")
    let end = Calibration.Servo(name: "gripper", when: "", lower: -0.5, upper: 1, rise: nil)
    let (wide, narrow) = (GateLimits(board), GateLimits(board, servoEnds: [end]))
    var expected = wide
    (expected.actuators[2].lower, expected.actuators[2].upper) = (-0.5, 1)
    #expect(narrow == expected && narrow != wide)
    var narrower = board
    narrower.servos[0].limits.position = -0.25...0.75
    let within = GateLimits(narrower, servoEnds: [end])
    #expect(within == GateLimits(narrower), "calibration never widens what board.yaml allows")
  }

  @Test("an off before the start is nothing, whatever the part")
  func offBeforeStart() throws {
    let text =
      Self.text.replacing("{name: lamp, motors: [lamp]}", with: "{name: fan, motors: [fan]}")
      + "\nescs: [{name: fan, output: 7, pulse: [1 ms, 2 ms], "
      + "limits: {position: [0, 1], rate: 2 /s, slew: 20 /s2}}]\npwm: {frequency: 50 Hz}\n"
    let board = try BoardDescription.parse(
      text, path: "\(ReferenceRobotTests.folder)/many.yaml")
    let bench = PartsBench()
    let body = try Body(board: board, hardware: bench)
    try body.motors.apply(.off(count: board.actuators.count))
    #expect(bench.outputs["GPIO24"]?.isHigh == false && bench.pwm["PWM0"]?.highS == 0)
  }

  @Test("every part follows its set point, and all are off at a stop and on a fault")
  func parts() throws {
    let board = try BoardDescription.parse(
      Self.text, path: "\(ReferenceRobotTests.folder)/many.yaml")
    let bench = PartsBench()
    let body = try Body(board: board, hardware: bench)
    #expect(body.motors.setPoints == 0..<4)
    #expect(try #require(bench.chip.outputEnable).isHigh, "OE is high from the first moment")
    try body.motors.start(clock: bench.clock)
    var gate = OpenGate(board, now: bench.clock.now)
    func tick(_ setPoints: SetPoints) throws {
      bench.hand.now = bench.hand.now + Interval(nanoseconds: 5_000_000)
      try body.motors.apply(gate.command(setPoints, now: bench.hand.now))
    }
    for _ in 0..<600 { try tick([0.5, -0.25, 1, 1, 0, 0, 0, 0]) }
    let (standby, lamp) = (bench.outputs["GPIO27"], bench.outputs["GPIO24"])
    #expect(standby?.isHigh == true && lamp?.isHigh == true)
    #expect(abs(try #require(bench.pwm["PWM0"]).highS - 0.002) < 1e-6)
    let duties = (0..<4).map { bench.chip.duty($0) }
    // Slow decay (DRV8833 table 2): the input that drives stays high, the other one switches.
    #expect(abs(duties[0] - duties[1] - 0.5) < 0.01 && abs(duties[3] - duties[2] - 0.25) < 0.01)

    body.motors.stop()
    #expect((0..<16).allSatisfy { bench.chip.duty($0) == 0 })
    #expect(standby?.isHigh == false && lamp?.isHigh == false)
    #expect(bench.pwm["PWM0"]?.highS == 0)

    try body.motors.start(clock: bench.clock)
    try tick([0.5, 0.5, 0, 0, 0, 0, 0, 0])
    bench.inputs["GPIO23"]?.isPulledLow = true
    #expect(throws: (any Error).self) {
      for _ in 0..<10 { try tick([0.5, 0.5, 0, 0, 0, 0, 0, 0]) }
    }
    body.motors.stop()
    #expect((0..<16).allSatisfy { bench.chip.duty($0) == 0 })
  }
}
