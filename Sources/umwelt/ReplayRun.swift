// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Codecs
import Planning
import Quantities
import Recorder
import Runtime
import Safety
import WorldModel

/// The loop of a recorded run once more, on its tape instead of its chips.
final class ReplayRun: LoopWitness {
  /// What is another than in the recorded run; all nil to repeat it.
  struct Changes {
    var board: BoardDescription?
    var model: String?
    var planner: PlannerKind?

    var isNone: Bool { board == nil && model == nil && planner == nil }
  }

  let facts: RecordedFacts
  let board: BoardDescription
  let loop: ControlLoop
  let player: TapePlayer
  /// The actions of its decisions, in order.
  private(set) var actions: [SIMD8<Float>] = []
  /// What is odd but does not keep it from running.
  private(set) var notes: [String] = []
  private let seat: ReplaySeat?
  private var decisionsSeen = 0
  private var state = SafetyState.booting
  /// What the gate's state became, and in which tick.
  private(set) var states: [String] = []

  /// - Parameter path: the recording's first file.
  init(_ path: String, _ changes: Changes, precision: Precision?) throws {
    let facts = try RecordedFacts(log: path)
    let isExact = changes.isNone
    let files = try UnpackedFiles(facts.boardFiles)
    defer { withExtendedLifetime(files) {} }
    let board = try changes.board ?? Self.board(path, facts, in: files.folder)
    let calibration = try facts.calibrationText.map {
      try CalibrationFile.parse(
        String(decoding: $0, as: UTF8.self), path: path, for: board)
    }
    let kind = changes.planner ?? facts.planner
    var notes: [String] = []
    let (mind, model) = try Self.mind(
      path, kind, facts, board, modelPath: changes.model,
      precision: precision ?? Precision(rawValue: facts.precision) ?? .int8, notes: &notes)
    self.notes = notes
    let player = TapePlayer(path, matching: isExact ? .exact : .loose)
    if player.isAtEnd, let failure = player.failure { throw failure }
    let hardware = ReplayHardware(player)
    let link = facts.hasGuard ? ReplayGuardLink(player) : nil
    let guarded = link.map { GuardedOutputs(link: $0, session: $0.session) }
    let outer: any Hardware =
      guarded.map { GuardedHardware(hardware, board: board, outputs: $0) } ?? hardware
    let bins = model?.info.imu?.bins ?? 1
    (self.facts, self.board, self.player) = (facts, board, player)
    seat =
      !facts.isThreaded
      ? nil
      : ReplaySeat(
        mind, percept: Percept(board: board, imuBins: bins), player: player,
        thoughts: TapePlayer(path, topic: .mindTape), isExact: isExact)
    loop = ControlLoop(
      board: board, body: try board.body(on: outer),
      seat: seat ?? SeatInTick(mind, board: board, imuBins: bins, clock: hardware.clock),
      calibration: calibration?.perceived, servoEnds: calibration?.servos ?? [], imuBins: bins,
      guarded: guarded)
    loop.witness = self
  }

  /// To the tape's end, or to the first thing that is otherwise.
  func run() throws {
    let status = StatusReader(loop)
    while divergence == nil, !player.isAtEnd {
      if let act = player.nextAct {
        try loop.perform(act, status: status)
      } else {
        loop.tick()
      }
    }
  }

  /// The first thing that is not as recorded.
  var divergence: String? {
    if let found = player.divergence { return "tick \(loop.ticks): \(found)" }
    return seat?.divergence.map { "tick \(loop.ticks): \($0)" }
  }

  func will(_ act: LoopAct) { player.mark(TapeAct(act)) }

  func ticked(_ loop: ControlLoop) {
    if loop.gate.state != state {
      state = loop.gate.state
      states.append("tick \(loop.ticks): \(RunReport.name(state))")
    }
    guard loop.decisions != decisionsSeen, let decision = loop.lastDecision else { return }
    decisionsSeen = loop.decisions
    actions.append(decision.action)
  }

  /// As it was recorded.
  private static func board(
    _ path: String, _ facts: RecordedFacts, in folder: String
  ) throws -> BoardDescription {
    guard !facts.boardFiles.isEmpty else { throw ReplayError.noBoard(path) }
    let recorded = try BoardDescription.load(path: folder + "/" + facts.boardPath)
    return facts.isSimulated ? recorded.simulated ?? recorded : recorded
  }

  private static func mind(
    _ path: String, _ kind: PlannerKind, _ facts: RecordedFacts, _ board: BoardDescription,
    modelPath: String?, precision: Precision, notes: inout [String]
  ) throws -> (any Mind, WorldModel?) {
    switch kind {
    case .random: return (RandomMind(actionCount: board.actions.count, seed: facts.seed), nil)
    case .noop: return (StillMind(actionCount: board.actions.count), nil)
    case .oracle: throw ReplayError.notReplayable(path, planner: kind)
    case .model, .randomEncoder: break
    }
    let place = modelPath ?? facts.modelPath ?? board.modelPath
    if modelPath == nil, let recorded = facts.modelCheck,
      try FileChecksum.crc32(of: place) != recorded
    {
      notes.append("\(place) is not the model that was recorded with: decisions will differ")
    }
    let model = try WorldModel(
      path: place, precision: Precisions(precision), maximumRows: max(board.planner.candidates, 64),
      boards: board.modelBoards)
    let search = ICEM(
      settings: PlannerSettings(board), actionCount: board.actions.count, seed: facts.seed)
    let mind = try PlanningMind(board: board, model: model, planner: search)
    if let goal = facts.goalFile {
      mind.setGoal(picture: try Picture(decoding: goal, name: path + ": goal.ppm").rgb)
    } else {
      mind.setGoalLevelRest()
    }
    return (mind, model)
  }
}
