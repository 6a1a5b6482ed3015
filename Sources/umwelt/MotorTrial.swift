// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Estimation
import Quantities
import Runtime
import Safety
import Simulation

/// Drives the motors slowly, through the same loop and gate as ever; the IMU feels the response.
///
/// The limits are the board's, but lower; IMU, tilt and chips are watched as on any drive.
final class MotorTrial {
  /// The highest command, and how fast commands change.
  static let largestDuty = 0.45
  private static let ratePerS = 1.0
  private static let slewPerS2 = 50.0
  /// So slow that a motor's lag, 0.1 s or so, is a hundredth of duty.
  private static let sweepPerS = 0.1
  /// On a level floor nothing tilts further.
  private static let tiltRad = radians(degrees: 20)
  private static let restS = 0.6
  private static let settleS = 1.2
  /// A standing robot's gyro stays below; 0.02 rad/s is a wheel at a hundredth of a common drive.
  private static let noiseRadS = 0.02
  private static let pulseS = 0.6
  /// A standing wheel's encoder shows nothing; a count too many in a tenth of a second is less than
  /// this share of full speed on common wheels, and so is the wheel that is only dragged along.
  private static let noiseShare = 0.02
  private static let otherShare = 0.1
  /// What a pulse must bring to tell forward from backward; vibration leaves a tenth of it.
  private static let travelMS = 0.03

  private let trial: TrialLoop
  private let mind: SweepMind
  private var loop: ControlLoop { trial.loop }
  /// How fast the robot turned at the end of the last sweep, to the left; 0 with its wheels free.
  private(set) var turnedRadS = 0.0

  init(_ session: CalibrationSession, hardware: any Hardware, faults: TimedFaults) throws {
    let board = Self.gentle(session.board)
    mind = SweepMind(motors: board.motors.count)
    let loop = ControlLoop(
      board: board, body: try board.body(on: hardware), mind: mind, imuBins: 1)
    trial = TrialLoop(loop, session, faults)
  }

  /// The board with one action a motor, low limits and no camera.
  static func gentle(_ described: BoardDescription) -> BoardDescription {
    var board = described
    board.camera = nil
    board.actions = board.motors.map { .init(name: $0.name, motors: [$0.name]) }
    (board.rates.decisionPeriodS, board.safety.planTimeoutS) = (0.05, 0.25)
    board.safety.tiltRad = min(described.safety.tiltRad, tiltRad)
    for i in board.motors.indices {
      let limits = board.motors[i].limits
      board.motors[i].limits.position =
        max(limits.position.lowerBound, -largestDuty)...min(limits.position.upperBound, largestDuty)
      board.motors[i].limits.ratePerS = min(limits.ratePerS, ratePerS)
      board.motors[i].limits.slewPerS2 = min(limits.slewPerS2, slewPerS2)
    }
    return board
  }

  /// Chips checked, gyro calibrated at rest, armed.
  func start() throws { try trial.start() }

  /// Everything off. Idempotent.
  func stop() { trial.stop() }

  /// Both wheels have encoders.
  var hasEncoders: Bool { Self.hasEncoders(loop.board) }

  static func hasEncoders(_ board: BoardDescription) -> Bool {
    board.motors.allSatisfy { motor in board.encoders.contains { $0.motor == motor.name } }
  }

  /// Raises one motor's command slowly until its wheel turns for sure: as its encoder sees it, as a
  /// share of full speed, or as the gyro feels the robot turn, in rad/s.
  ///
  /// - Throws: `CalibrateError.wiring` when the other wheel's encoder counts instead.
  func sweep(_ motor: Int, forward: Bool) throws -> MotorResponse {
    let isCounted = hasEncoders
    var sweep = MotorResponse.Sweep(
      noiseLimit: isCounted ? Self.noiseShare : Self.noiseRadS,
      lagDuty: Self.sweepPerS * (loop.board.drive?.timeConstantS ?? 0))
    func note() {
      let response =
        isCounted ? loop.perception.senses.measured[motor] : loop.perception.gyroRadS.z
      sweep.add(duty: loop.lastCommand.setPoints[motor], response: response)
    }
    try run(Self.restS, each: note)
    turnedRadS = 0
    var duty = 0.0
    while duty < Self.largestDuty, !sweep.isComplete {
      duty += Self.sweepPerS / loop.board.rates.gateHz
      mind.action[motor] = Float(forward ? duty : -duty)
      try tick()
      note()
      if isCounted { try expectOwnWheel(motor) }
    }
    turnedRadS = loop.perception.gyroRadS.z
    mind.action = .zero
    try run(Self.settleS) {}
    do throws(CalibrationRefusal) { return try MotorResponse(sweep) } catch {
      throw CalibrateError.refused(error)
    }
  }

  /// Drives both wheels for a moment; the speed that the accelerometer felt come. Units: m/s.
  func pulse(_ duties: [Double]) throws -> Double {
    var (sum, count) = (0.0, 0)
    try run(Self.restS) {
      sum += loop.perception.accelMS2.x
      count += 1
    }
    let level = sum / Double(max(count, 1))
    for (motor, duty) in duties.enumerated() { mind.action[motor] = Float(duty) }
    var speed = 0.0
    try run(Self.pulseS) {
      speed += (loop.perception.accelMS2.x - level) / loop.board.rates.gateHz
    }
    mind.action = .zero
    try run(Self.settleS) {}
    guard abs(speed) >= Self.travelMS else {
      throw CalibrateError.refused(.noTravel(foundMS: abs(speed), neededMS: Self.travelMS))
    }
    return speed
  }

  /// Ends it when the other wheel turns, and this one does not.
  private func expectOwnWheel(_ motor: Int) throws(CalibrateError) {
    let measured = loop.perception.senses.measured
    guard abs(measured[1 - motor]) > Self.otherShare, abs(measured[motor]) < Self.noiseShare
    else { return }
    let (own, other) = (loop.board.motors[motor].name, loop.board.motors[1 - motor].name)
    stop()
    throw .wiring([
      "'\(own)' turns the wheel whose encoder is called '\(other)': exchange the motors' plugs or "
        + "the encoders', or their channels or lines in board.yaml."
    ])
  }

  private func run(_ seconds: Double, each: () -> Void) throws {
    let end = loop.body.clock.now + Interval(seconds: seconds)
    while loop.body.clock.now < end {
      try tick()
      each()
    }
  }

  private func tick() throws(CalibrateError) { try trial.tick(isStopped: Operator.wantsStop) }
}
