// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Devices
import Estimation
import Quantities
import Runtime
import Simulation

/// Turns one servo slowly outward, through the same loop and gate as ever, until its supply's
/// current or the operator says that it presses on a stop.
///
/// The board it runs on is the real one with nothing to move but this servo; all other outputs stay
/// off, and pulses end with the trial.
final class ServoTrial {
  /// Outward, and how fast it comes back. Units: set points a second, of which its travel has two.
  private static let sweepPerS = 0.05
  private static let returnPerS = 0.3
  private static let slewPerS2 = 3.0
  private static let settleS = 0.6
  /// Source: simple reactions to what is seen take 0.2 to 0.3 s; twice that.
  private static let reactionS = 0.5
  /// What a servo is told beyond its stop before that shows: to the eye at once, which leaves twice
  /// the dead band of 8 us (Hitec HS-422); to the current only once it has risen.
  private static let (seenMarginUs, feltMarginUs) = (16.0, 30.0)

  private let trial: TrialLoop
  private let mind = SweepMind(motors: 1)
  private let servo: BoardDescription.Servo
  private let machine: SimulatedMachine?
  /// Nil where the operator watches.
  private let current: SupplyCurrent?

  /// What was found on one side.
  private struct Side {
    var found: ServoRange.Side
    var rise: Double?
  }

  /// - Parameters:
  ///   - machine: the simulated one, nil for a real one.
  ///   - byHand: the operator presses the space bar at the stops.
  init(
    _ session: CalibrationSession, _ servo: BoardDescription.Servo, hardware: any Hardware,
    machine: SimulatedMachine?, faults: TimedFaults, byHand: Bool
  ) throws {
    let board = Self.gentle(session.board, servo)
    (self.servo, self.machine) = (board.servos[0], machine)
    current = byHand ? nil : try SupplyCurrent(board, hardware)
    var driven = board
    // Watched here, more closely than the gate does.
    (driven.power, driven.grids) = ([], [])
    let loop = ControlLoop(
      board: driven, body: try driven.body(on: hardware), mind: mind, imuBins: 1)
    trial = TrialLoop(loop, session, faults)
  }

  /// The board with this servo alone, slow, and no camera.
  private static func gentle(
    _ described: BoardDescription, _ servo: BoardDescription.Servo
  ) -> BoardDescription {
    var (board, servo) = (described, servo)
    (board.camera, board.drive, board.motorDriver) = (nil, nil, nil)
    (board.motors, board.escs, board.relays) = ([], [], [])
    servo.limits.ratePerS = min(servo.limits.ratePerS, returnPerS)
    servo.limits.slewPerS2 = min(servo.limits.slewPerS2, slewPerS2)
    servo.approachRadS = min(servo.approachRadS, returnPerS * servo.travelRad / 2)
    board.servos = [servo]
    board.actions = [.init(name: servo.name, motors: [servo.name])]
    (board.rates.decisionPeriodS, board.safety.planTimeoutS) = (0.05, 0.25)
    return board
  }

  /// Both ends. Nothing moves before the chips are checked; the servo ends without pulses.
  func run(when: String) throws -> Calibration.Servo {
    defer { trial.stop() }
    do throws(StartError) { try current?.start(clock: trial.loop.body.clock) } catch {
      throw CalibrateError.part(error)
    }
    try trial.start()
    // From where it stands to 0, where it is armed.
    try wait(abs(servo.rest) * servo.travelRad / 2 / servo.approachRadS + Self.settleS)
    let lower = try sweep(-1)
    let upper = try sweep(1)
    let marginUs = current == nil ? Self.seenMarginUs : Self.feltMarginUs
    let spanUs = (servo.pulseS.upperBound - servo.pulseS.lowerBound) * 1e6
    do throws(CalibrationRefusal) {
      let range = try ServoRange(
        lower: lower.found, upper: upper.found, margin: 2 * marginUs / spanUs)
      return Calibration.Servo(
        name: servo.name, when: when, lower: range.lower, upper: range.upper,
        rise: [lower.rise, upper.rise].compactMap { $0 }.min())
    } catch { throw CalibrateError.refused(error) }
  }

  /// Outward from 0 until something says that it is at its end, and back.
  private func sweep(_ sign: Double) throws -> Side {
    let limits = servo.limits.position
    let limit = sign < 0 ? limits.lowerBound : limits.upperBound
    guard limit != 0 else { return Side(found: .limit(limit, freeA: nil), rise: nil) }
    let found: Side
    if let current {
      found = try feel(current, sign, limit)
    } else {
      found = try watch(sign, limit)
    }
    mind.action = .zero
    try wait(abs(limit) / Self.returnPerS + Self.settleS)
    return found
  }

  /// By the supply's current.
  private func feel(_ current: SupplyCurrent, _ sign: Double, _ limit: Double) throws -> Side {
    var watch = ServoEnd.Watch()
    current.restart(now: trial.loop.body.clock.now)
    try outward(sign, limit) {
      let mean: Double?
      do throws(DeviceError) {
        mean = try current.mean(now: trial.loop.body.clock.now)
      } catch { throw trial.end("\(error)") }
      guard let mean else { return false }
      guard mean.isFinite else {
        throw trial.end(
          "'\(current.name)' gives more current than it can measure. Raise max_current.")
      }
      watch.add(setPoint: trial.loop.lastCommand.setPoints[0], currentA: mean)
      return watch.isAtEnd
    }
    guard watch.isAtEnd else {
      return Side(found: .limit(limit, freeA: watch.freeA), rise: nil)
    }
    do throws(CalibrationRefusal) {
      let end = try watch.finish()
      return Side(found: .stop(end.setPoint, freeA: watch.freeA), rise: end.rise)
    } catch { throw CalibrateError.refused(error) }
  }

  /// By the operator's space bar.
  private func watch(_ sign: Double, _ limit: Double) throws -> Side {
    var found = ServoRange.Side.limit(limit, freeA: nil)
    try outward(sign, limit) {
      guard isTold else { return false }
      let late = Self.reactionS * Self.sweepPerS
      found = .stop(trial.loop.lastCommand.setPoints[0] - sign * late, freeA: nil)
      return true
    }
    return Side(found: found, rise: nil)
  }

  /// Slowly, until `isAtEnd` or the limit.
  private func outward(_ sign: Double, _ limit: Double, isAtEnd: () throws -> Bool) throws {
    let stepS = 1 / trial.loop.board.rates.gateHz
    var wanted = 0.0
    var heldS = 0.0
    while heldS < 2 * Self.settleS {
      wanted = min(wanted + Self.sweepPerS * stepS, abs(limit))
      if wanted == abs(limit) { heldS += stepS }
      mind.action[0] = Float(sign * wanted)
      try tick()
      if try isAtEnd() { return }
    }
  }

  private func wait(_ seconds: Double) throws {
    let end = trial.loop.body.clock.now + Interval(seconds: seconds)
    while trial.loop.body.clock.now < end { try tick() }
  }

  /// Whether the space bar was pressed in the last tick.
  private var isTold = false
  /// Since when the simulated operator has seen the horn stand.
  private var seenAt: Instant?

  private func tick() throws(CalibrateError) {
    let key = Operator.key
    try trial.tick(isStopped: key == .other || (key == .space && current != nil))
    isTold = key == .space || simulatedOperator()
  }

  /// Presses the space bar in simulation, a human reaction after the horn stopped.
  private func simulatedOperator() -> Bool {
    let now = trial.loop.body.clock.now
    guard let machine, case .channel(let channel) = servo.output,
      machine.isPressing(servoOn: channel)
    else {
      seenAt = nil
      return false
    }
    let seenAt = seenAt ?? now
    self.seenAt = seenAt
    return (now - seenAt).seconds >= Self.reactionS / 2
  }
}
