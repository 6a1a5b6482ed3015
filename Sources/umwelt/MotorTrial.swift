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
  /// What a pulse must bring to tell forward from backward; vibration leaves a tenth of it.
  private static let travelMS = 0.03

  private let trial: TrialLoop
  private let mind: SweepMind
  private var loop: ControlLoop { trial.loop }

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

  /// Raises one motor's command slowly until the robot turns for sure.
  func sweep(_ motor: Int, forward: Bool) throws -> MotorResponse {
    var sweep = MotorResponse.Sweep(
      noiseLimit: Self.noiseRadS,
      lagDuty: Self.sweepPerS * (loop.board.drive?.timeConstantS ?? 0))
    func note() {
      sweep.add(
        duty: loop.lastCommand.setPoints[motor], response: loop.perception.gyroRadS.z)
    }
    try run(Self.restS, each: note)
    var duty = 0.0
    while duty < Self.largestDuty, !sweep.isComplete {
      duty += Self.sweepPerS / loop.board.rates.gateHz
      mind.action[motor] = Float(forward ? duty : -duty)
      try tick()
      note()
    }
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

  private func run(_ seconds: Double, each: () -> Void) throws {
    let end = loop.body.clock.now + Interval(seconds: seconds)
    while loop.body.clock.now < end {
      try tick()
      each()
    }
  }

  private func tick() throws(CalibrateError) { try trial.tick(isStopped: Operator.wantsStop) }
}
