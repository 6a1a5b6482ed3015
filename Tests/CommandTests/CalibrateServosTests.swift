// SPDX-License-Identifier: Apache-2.0
import Board
import Simulation
import Testing

/// `umwelt calibrate servos`: it asks, it turns one servo at a time, and anything stops it.
@Suite struct CalibrateServosTests {
  private let fixture = CalibrationFixture()
  private let board = TemporaryFolder()
  private let path: String

  /// The rover with a gripper, and an arm that is mounted the other way round.
  init() {
    path = board.write(Self.text().utf8, "draft.yaml")
  }

  private static func text(_ power: String = "chip: ina219") -> String {
    """
    extends: [\(Repository.boards)/sim-rover/board.yaml]
    board: arm-rover
    pwm: {frequency: 50 Hz}
    servos:
      - name: gripper
        output: 6
        pulse: [1000 us, 2000 us]
        limits: {position: [-1, 1], rate: 2 /s, slew: 20 /s2}
      - name: arm
        output: 7
        pulse: [600 us, 2400 us]
        travel: 180 deg
        inverted: true
        rest: -0.2
        limits: {position: [-1, 1], rate: 2 /s, slew: 20 /s2}

    """
      + (power.isEmpty
        ? ""
        : "power: [{name: battery, \(power), bus: i2c-1, address: 0x41, shunt: 0.04 Ohm, "
          + "max_current: 2 A}]\n")
  }

  /// Standard input stays open until the command ends, as a terminal does.
  private func calibrate(_ arguments: String = "", path: String? = nil) throws -> Command.Result {
    let fifo = board.path + "/input"
    defer { board.remove("input") }
    return try Command.shell(
      "mkfifo '\(fifo)'; exec 9<>'\(fifo)'; echo yes >&9; "
        + (["umwelt"] + fixture.command("servos", board: path ?? self.path)).joined(separator: " ")
        + " \(arguments) <&9")
  }

  private func servos() throws -> [Calibration.Servo] {
    let described = try BoardDescription.load(path: path)
    return try CalibrationFile.load(for: described, folder: fixture.state.path)?.servos ?? []
  }

  /// Inside the true stops, and within 3 % of the travel, which is 2, of them.
  private func expectEnds(
    _ servos: [Calibration.Servo], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(servos.map(\.name) == ["gripper", "arm"], sourceLocation: sourceLocation)
    let stops = MachineWiring.Servo.stops
    for (servo, ends) in zip(servos, [stops, -stops.upperBound...(-stops.lowerBound)]) {
      #expect(
        (0...0.06).contains(servo.lower - ends.lowerBound), sourceLocation: sourceLocation)
      #expect(
        (0...0.06).contains(ends.upperBound - servo.upper), sourceLocation: sourceLocation)
    }
  }

  @Test("both ends of each servo are felt in the current", arguments: ["ina219", "ina226"])
  func felt(chip: String) throws {
    // An INA226 measures up to 81.9 mV across its shunt.
    let path = board.write(Self.text("chip: \(chip)").utf8, "draft.yaml")
    let result = try calibrate("--json", path: path)
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.errors.contains("The servos will MOVE, one after the other"))
    #expect(result.errors.contains("the current rose"))
    expectEnds(try servos())
    #expect(try servos().allSatisfy { $0.rise ?? 0 > 1.8 })
    #expect(result.output.contains(#""resumed_servos": 0, "servos": [{"name": "gripper", "lower""#))
    #expect(fixture.state.names == ["calibration.yaml"])
  }

  @Test("without a monitor the space bar tells the ends; the simulated operator presses it")
  func seen() throws {
    let path = board.write(Self.text("").utf8, "draft.yaml")
    let result = try calibrate(path: path)
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output.contains("Press the space bar as soon as"))
    expectEnds(try servos())
    #expect(try servos().allSatisfy { $0.rise == nil })
  }

  @Test("by hand, a space bar before the servo turns outward is no end, and a cut line stops it")
  func cutByHand() throws {
    let result = try fixture.calibrate(
      "servos", after: "printf 'yes\\n  ' |", "--by-hand", board: path)
    #expect(result.code == 1)
    #expect(result.errors.contains("stopped: a key was pressed, or the line to the operator"))
    #expect(fixture.state.names.isEmpty)
  }

  @Test(
    "poor data are refused",
    arguments: [
      ("free", "no end was felt up to 1.0"), ("blocked", "are all that is free"),
      ("aside", "0 is beyond a stop")
    ])
  func poor(flaw: String, message: String) throws {
    let result = try calibrate("--flaw \(flaw)")
    #expect(result.code == 1)
    #expect(result.errors.contains("not good enough: "))
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(fixture.state.names.isEmpty)
  }

  @Test("more current than the monitor measures ends it")
  func beyond() throws {
    let text = Self.text().replacing("max_current: 2 A", with: "max_current: 0.3 A")
      .replacing("0.04 Ohm", with: "0.1 Ohm")
    let result = try calibrate(path: board.write(text.utf8, "draft.yaml"))
    #expect(result.code == 1)
    #expect(result.errors.contains("Raise max_current"), "\(result.errors)")
  }

  @Test("a no, an empty line or nobody there moves nothing", arguments: ["echo no", "echo", "true"])
  func notConfirmed(line: String) throws {
    let result = try fixture.calibrate("servos", after: "\(line) |", board: path)
    #expect(result.code == 1)
    #expect(result.errors.contains("nothing was moved"))
    #expect(!result.output.contains("[1/2]"))
  }

  @Test("any key stops it, and so does a cut line", arguments: ["printf 'yes\\n '", "echo yes"])
  func stopped(line: String) throws {
    let result = try fixture.calibrate("servos", after: "\(line) |", board: path)
    #expect(result.code == 1)
    #expect(result.errors.contains("stopped: a key was pressed, or the line to the operator"))
    #expect(!result.output.contains("free from"))
  }

  @Test("ctrl-C stops it while it moves")
  func interrupted() throws {
    let words = fixture.command("servos", board: path).joined(separator: " ")
    let fifo = board.path + "/input"
    let result = try Command.shell(
      "mkfifo '\(fifo)'; exec 9<>'\(fifo)'; echo yes >&9; "
        + "timeout --foreground -s INT 3 $binary \(words) --real-time <&9")
    board.remove("input")
    #expect(result.errors.contains("stopped: "))
    #expect(fixture.state.names.isEmpty)
  }

  @Test(
    "a fault stops it and is named",
    arguments: [
      ("imu:off@5", "the IMU stopped answering"), ("imu:stuck@5", "the IMU repeats one sample"),
      ("pwm:off@5", "PCA9685: i2c-1 address 0x40: no answer"), ("pwm:stuck@5", "but reads"),
      ("power:off@5", "INA219: i2c-1 address 0x41"), ("power:stuck@5", "no conversion after"),
      ("power:garbage@5", "INA219 on i2c-1 address 0x41")
    ])
  func fault(injection: String, message: String) throws {
    let result = try calibrate("--inject \(injection)")
    #expect(result.code == 1)
    #expect(result.errors.contains("stopped: ") && result.errors.contains(message))
    #expect(fixture.state.names.isEmpty)
  }

  @Test("a monitor that is another chip is refused with the hardware's code before anything moves")
  func wrongMonitor() throws {
    let result = try calibrate("--inject power:wrong")
    #expect(result.code == 3)
    #expect(result.errors.contains("That is the INA226's answer"), "\(result.errors)")
    #expect(!fixture.state.names.contains("calibration.yaml"))
  }

  @Test("after a fault in the second servo it goes on with that one")
  func resumed() throws {
    // The first takes 15 s out to one side, 17 s to the other, and 4 s back each time.
    #expect(try calibrate("--inject imu:off@50").code == 1)
    #expect(fixture.state.names == ["calibration.partial.yaml"])
    let second = try calibrate()
    #expect(second.code == 0, "\(second.errors)")
    #expect(second.output.contains("[1/2] gripper: done already."))
    expectEnds(try servos())
    #expect(fixture.state.names == ["calibration.yaml"])
  }

  @Test("one servo alone leaves the other as it was, and an unknown one is refused")
  func only() throws {
    #expect(try calibrate("--only arm").code == 0)
    #expect(try servos().map(\.name) == ["arm"])
    #expect(try calibrate("--only gripper").code == 0)
    expectEnds(try servos())
    let unknown = try calibrate("--only leg")
    #expect(unknown.code == 2)
    #expect(unknown.errors.contains("Servos of this board: gripper, arm."))
  }

  @Test("a simulated board without a PWM chip has none for its servos")
  func noChip() throws {
    let text = """
      extends: [\(Repository.boards)/pi5-balance/board.yaml]
      board: pulses
      machine: simulated
      lines: {GRIPPER: PWM0}
      servos:
        - {name: gripper, output: GRIPPER, pulse: [1 ms, 2 ms], \
      limits: {position: [-1, 1], rate: 2 /s, slew: 20 /s2}}
      power: [{name: battery, chip: ina219, bus: i2c-1, address: 0x41, shunt: 0.1 Ohm, \
      max_current: 0.8 A}]
      """
    let result = try calibrate(path: board.write(text.utf8, "draft.yaml"))
    #expect(result.code == 2)
    #expect(result.errors.contains("PWM output"), "\(result.errors)")
  }
}
