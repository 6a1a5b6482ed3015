// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import LinuxBuses
import Buses
import Planning
import Quantities
import Runtime
import Simulation
import Twin
import WorldModel

/// A simulated robot with a task: the machine, the loop that runs on it, and the judge who knows
/// the truth.
final class SimulatedRun {
  /// The room every simulated rover lives in.
  static let room = Room(seed: 7)

  let board: BoardDescription
  let machine: SimulatedMachine
  let loop: ControlLoop
  /// In real time it is its thread's once the loop ticks.
  let mind: any Mind
  let judge: any Judge
  /// The machine's, for those who look on: what they ask is not on a tape.
  let clock: any Clock
  /// What keeps it; nil where nobody asked.
  let recording: FlightRecording?

  /// - Parameters:
  ///   - model: needed by the minds that imagine with one; loaded once and shared between runs.
  ///   - calibration: of this robot; nil where it was never calibrated.
  ///   - makeMind: another mind than `kind` says, made once the task is known.
  ///   - record: begins a recording, given the clock, the goal and whether the mind has a thread.
  ///   - disguise: other hardware and another mind, in front of these.
  init(
    board: BoardDescription, level: Level, kind: PlannerKind, model: WorldModel?, seed: UInt64,
    pace: Pace, calibration: Calibration? = nil,
    makeMind: ((any Judge) throws -> any Mind)? = nil,
    record: (any Clock, [UInt8]?, Bool) throws -> FlightRecording? = { _, _, _ in nil },
    disguise: (SimulatedMachine, any Mind) -> (any Hardware, any Mind) = { ($0, $1) }
  ) throws {
    guard case .simulated(let world) = board.machine else {
      throw RunError.notSimulated(board.name)
    }
    self.board = board
    let planner = ICEM(
      settings: PlannerSettings(board), actionCount: board.actions.count, seed: seed)
    let dynamics: any Dynamics
    switch world {
    case .rover:
      let task = RoverTask(level: level, room: Self.room, seed: seed)
      let rover = RoverWorld(room: Self.room, start: task.start, seed: seed)
      judge = RoverJudge(task: task, level: level, world: rover, stepS: board.rates.decisionPeriodS)
      dynamics = TrueRoverDynamics(
        world: rover, goal: task.goal, stepS: board.rates.decisionPeriodS)
    case .balance:
      let task = BalanceTask(level: level, seed: seed)
      let robot = BalanceWorld(tiltRad: task.tiltRad, seed: seed)
      judge = BalanceJudge(task: task, world: robot)
      dynamics = TrueBalanceDynamics(world: robot, stepS: board.rates.decisionPeriodS)
    }
    machine = SimulatedMachine(
      world: judge.world, wiring: MachineWiring(board), seed: seed, pace: pace)
    if let makeMind {
      mind = try makeMind(judge)
    } else {
      switch kind {
      case .model, .randomEncoder:
        guard let model else { throw RunError.noModel(board.name) }
        mind = try Self.planning(board, model, planner, judge)
      case .oracle: mind = OracleMind(planner: planner, dynamics: dynamics)
      case .random: mind = RandomMind(actionCount: board.actions.count, seed: seed)
      case .noop: mind = StillMind(actionCount: board.actions.count)
      }
    }
    let (disguised, thinker) = disguise(machine, mind)
    clock = disguised.clock
    let imuBins = model?.info.imu?.bins ?? 1
    // Only a mind that knows no more than it is asked about may think while the world moves on.
    let isThreaded = pace == .realTime && mind is PlanningMind
    recording = try record(clock, judge.goalPicture, isThreaded)
    let hardware = recording?.hardware(disguised) ?? disguised
    let seat: any MindSeat =
      isThreaded
      ? try Self.thread(thinker, board, imuBins, recording)
      : SeatInTick(thinker, board: board, imuBins: imuBins, clock: hardware.clock)
    loop = ControlLoop(
      board: board, body: try board.body(on: hardware), seat: seat,
      calibration: calibration?.perceived, servoEnds: calibration?.servos ?? [],
      imuBins: imuBins)
    recording?.follow(loop)
  }

  /// A mind that imagines with the model, and wants what the task shows.
  private static func planning(
    _ board: BoardDescription, _ model: WorldModel, _ planner: any Planner, _ judge: any Judge
  ) throws -> PlanningMind {
    let thinker = try PlanningMind(board: board, model: model, planner: planner)
    guard (judge.goalPicture == nil) == (model.info.frame == nil) else {
      throw RunError.wrongWorld(board.name)
    }
    thinker.setGoal(of: judge)
    return thinker
  }

  private static func thread(
    _ thinker: any Mind, _ board: BoardDescription, _ imuBins: Int, _ recording: FlightRecording?
  ) throws -> any MindSeat {
    let thread = try MindThread(
      recording?.mind(thinker) ?? thinker, board: board, imuBins: imuBins,
      clock: MonotonicClock())
    return recording?.seat(thread) ?? thread
  }

  /// Chips checked, gyro calibrated at rest, armed.
  func start() throws {
    try loop.start()
    let refusals = loop.arm()
    guard refusals.isEmpty else { throw RunError.notArmed(refusals.map(\.description)) }
    judge.begin(at: clock.now)
  }

  /// One gate period; false when the task is over.
  func step() -> Bool {
    loop.tick()
    return judge.observe(now: clock.now)
  }
}

extension PlanningMind {
  /// The goal that the task shows: a picture, or to stand level and still.
  func setGoal(of judge: any Judge) {
    if let picture = judge.goalPicture {
      setGoal(picture: picture)
    } else {
      setGoalLevelRest()
    }
  }
}

/// Why a run could not begin.
enum RunError: Error, CustomStringConvertible {
  case notSimulated(String)
  case noWorld(String)
  case noModel(String)
  case wrongWorld(String)
  case notArmed([String])
  case unstoppable(String, [BoardDescription.Unstoppable])

  var description: String {
    switch self {
    case .notSimulated(let board):
      "\(board): not a simulated board. Add --simulate to run it on simulated chips."
    case .noWorld(let board):
      "\(board): no `world` in board.yaml says what to simulate it in. Add 'world: rover' or "
        + "'world: balance'."
    case .noModel(let board): "\(board): this planner needs a world model."
    case .wrongWorld(let board):
      "\(board): `world` in board.yaml does not fit the model: rover for one that sees pictures, "
        + "balance for one that feels with the IMU."
    case .unstoppable(let board, let gaps):
      "\(board): umwelt-guard could not stop all that moves:\n"
        + gaps.map { "  \($0.what). \($0.remedy)" }.joined(separator: "\n")
    case .notArmed(let reasons): "not armed:\n" + reasons.map { "  \($0)" }.joined(separator: "\n")
    }
  }
}
