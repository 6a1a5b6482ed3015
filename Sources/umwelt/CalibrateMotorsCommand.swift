// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Buses
import Estimation
import Quantities
import Runtime
import Simulation
import Twin

/// `umwelt calibrate motors`: where they begin to move, and whether they are wired as they are
/// named.
struct CalibrateMotorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "motors", abstract: "Dead bands and directions. Moves the robot, and asks first.",
    discussion: """
      One wheel at a time turns slowly. Where both have encoders these watch; without, the robot \
      turns on the spot and rolls a hand's width, and its gyro watches. Any key, ctrl-C or a cut line stops it at once.
      """)

  /// What is wired wrong on purpose.
  enum Miswiring: String, CaseIterable, ExpressibleByArgument {
    case swapped
    case leftInverted = "left-inverted"
    case rightInverted = "right-inverted"
    case encodersSwapped = "encoders-swapped"
    case leftEncoderInverted = "left-encoder-inverted"
    /// Encoders with four times as many counts a turn as board.yaml says.
    case wrongCounts = "wrong-counts"
  }

  /// The friction of the simulated rover's gears. Source: common TT gear motors hum up to about a
  /// tenth of their voltage.
  private static let simulatedDeadBand = 0.08
  /// Above the dead band, for the straight part.
  private static let rollDuty = 0.2

  @OptionGroup var options: CalibrateOptions
  @Option(name: .customLong("flaw"), help: "Simulated boards: what is wired wrong; repeatable.")
  var flaws: [Miswiring] = []
  @Option(
    name: .customLong("inject"),
    help: "Simulated boards: break a part on purpose: PART:FAULT[@SECONDS], e.g. imu:off@2.")
  var injections: [Injection] = []

  func run() throws {
    let session = try CalibrationSession(options)
    let board = session.board
    guard board.motors.count == 2, board.drive != nil, board.actions.count == 2 else {
      throw CalibrateError.noDrive(board: board.name)
    }
    let machine = simulated(board)
    let trial = try MotorTrial(
      session, hardware: try machine ?? board.hardware(),
      faults: TimedFaults(machine, injections))
    try confirm(session)
    defer { trial.stop() }
    let resumed = session.progress.motors.count
    try Operator.withKeys { () throws in
      try trial.start()
      for motor in board.motors.indices { try measure(motor, session, trial) }
      try finish(session, trial)
    }
    if options.json { print(json(session, resumed: resumed).text) }
  }

  /// The simulated machine; nil for a real one.
  private func simulated(_ board: BoardDescription) -> SimulatedMachine? {
    guard case .simulated = board.machine else { return nil }
    var wiring = MachineWiring(board)
    if flaws.contains(.leftInverted) { wiring.motors[0].isInverted.toggle() }
    if flaws.contains(.rightInverted) { wiring.motors[1].isInverted.toggle() }
    if flaws.contains(.swapped) { wiring.motors.swapAt(0, 1) }
    for i in wiring.encoders.indices {
      if flaws.contains(.encodersSwapped) { wiring.encoders[i].wheel = 1 - wiring.encoders[i].wheel }
      if flaws.contains(.wrongCounts) { wiring.encoders[i].countsPerTurn *= 4 }
      if flaws.contains(.leftEncoderInverted), wiring.encoders[i].wheel == 0 {
        wiring.encoders[i].isInverted.toggle()
      }
    }
    var random = SeededGenerator(seed: options.seed, stream: "motor trial")
    let world = RoverWorld(
      room: SimulatedRun.room, start: RoverWorld.randomPose(&random, clearanceM: 0.4),
      seed: options.seed, deadBand: Self.simulatedDeadBand)
    return SimulatedMachine(
      world: world, wiring: wiring, seed: options.seed,
      pace: options.realTime ? .realTime : .lockstep)
  }

  private func confirm(_ session: CalibrationSession) throws(CalibrateError) {
    session.say(
      MotorTrial.hasEncoders(session.board)
        ? """
        The robot's wheels will MOVE, one at a time, slowly; their encoders watch them.
        Is it held with its wheels off the ground, or on a smooth floor with 1 m free around it, and
        can you reach its switch? While they move, any key stops them. Type yes to go:
        """
        : """
        The robot will MOVE: it turns slowly on the spot and rolls a hand's width.
        This board has no encoders on both wheels, so they must be on the ground for the gyro to see.
        Is it on a smooth, level floor with 1 m free around it, and can you reach its switch?
        While it moves, any key stops it. Type yes to go:
        """)
    guard let answer = Operator.line(), answer == "yes" else { throw .notConfirmed }
  }

  private func measure(
    _ motor: Int, _ session: CalibrationSession, _ trial: MotorTrial
  ) throws {
    let name = session.board.motors[motor].name
    let step = "[\(motor + 1)/\(trial.hasEncoders ? 2 : 3)] \(name)"
    if session.progress.motors.contains(where: { $0.name == name }) {
      return session.say("\(step): done already.")
    }
    session.say("\(step): forward, then backward, slowly.")
    let forward = try trial.sweep(motor, forward: true)
    let turnedRadS = trial.turnedRadS
    let backward = try trial.sweep(motor, forward: false)
    guard (forward.gain > 0) != (backward.gain > 0) else {
      throw CalibrateError.refused(.responseErratic(fit: 0, needed: MotorResponse.Limits.fit))
    }
    var turnRadS = forward.gain
    if trial.hasEncoders {
      do throws(CalibrateError) {
        try check(motor, forward, turnedRadS: turnedRadS, session.board)
      } catch {
        try session.record { $0.motors = [] }
        throw error
      }
      turnRadS = turn(motor, forward.gain, session.board)
    }
    let found = Calibration.Motor(
      name: name, when: UTC.now(), forwardDeadBand: forward.deadBand,
      backwardDeadBand: backward.deadBand, turnRadS: turnRadS,
      fit: min(forward.fit, backward.fit))
    try session.record { $0.motors.append(found) }
    session.say(
      "      moves from \(fixed(100 * found.forwardDeadBand, 1)) % of power forward, "
        + "\(fixed(100 * found.backwardDeadBand, 1)) % backward (fit \(fixed(found.fit, 2)))")
  }

  /// Rolls both wheels the same way, which tells the wiring, and saves.
  private func finish(_ session: CalibrationSession, _ trial: MotorTrial) throws {
    let motors = session.board.motors.compactMap { motor in
      session.progress.motors.first { $0.name == motor.name }
    }
    if trial.hasEncoders { return try save(motors, session) }
    session.say("[3/3] both: a hand's width straight on.")
    let turns = motors.map { $0.turnRadS > 0 }
    let signs = DriveDirections.straight(leftTurnsLeft: turns[0], rightTurnsLeft: turns[1])
    let duties = zip([signs.left, signs.right], motors).map { sign, motor in
      sign
        * min(
          MotorTrial.largestDuty,
          Self.rollDuty + (sign > 0 ? motor.forwardDeadBand : motor.backwardDeadBand))
    }
    let speed = try trial.pulse(duties)
    let wiring = DriveDirections(
      leftTurnsLeft: turns[0], rightTurnsLeft: turns[1], wentForward: speed > 0)
    guard wiring.isRight else {
      try session.record { $0.motors = [] }
      throw CalibrateError.wiring(advice(wiring, session.board))
    }
    try save(motors, session)
  }

  private func save(_ motors: [Calibration.Motor], _ session: CalibrationSession) throws {
    session.say("      both are wired as board.yaml says.")
    try session.finish {
      $0.motors = motors
    } forget: {
      $0.motors = []
    }
  }

  private func advice(_ wiring: DriveDirections, _ board: BoardDescription) -> [String] {
    let (left, right) = (board.motors[0], board.motors[1])
    var lines: [String] = []
    if wiring.isSwapped {
      lines.append(
        "'\(left.name)' drives the right wheel and '\(right.name)' the left: exchange their plugs, "
          + "or their channels in board.yaml.")
    }
    for (motor, isInverted) in [(left, wiring.isLeftInverted), (right, wiring.isRightInverted)]
    where isInverted {
      lines.append(
        "'\(motor.name)' turns its wheel backward when told forward: write 'inverted: "
          + "\(!motor.isInverted)' for it in board.yaml.")
    }
    return lines
  }

  private func json(_ session: CalibrationSession, resumed: Int) -> JSONObject {
    var object = session.report("motors")
    object.add("resumed_motors", resumed)
    object.add(
      "motors",
      session.calibration.motors.map { motor in
        var entry = JSONObject()
        entry.add("name", motor.name)
        entry.add("dead_band_forward", motor.forwardDeadBand, decimals: 4)
        entry.add("dead_band_backward", motor.backwardDeadBand, decimals: 4)
        entry.add("fit", motor.fit, decimals: 4)
        return entry
      })
    return object
  }
}
