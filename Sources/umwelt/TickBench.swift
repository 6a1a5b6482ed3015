// SPDX-License-Identifier: Apache-2.0
import Board
import Runtime
import WorldModel

/// Times the whole control tick of a simulated robot: drivers, attitude, encoder, planner, gate.
///
/// What the world and its camera take to simulate is left out.
struct TickBench {
  /// CPU time, milliseconds.
  struct Result {
    /// Ticks in which the robot decides.
    let decisionP50, decisionP99: Double
    /// Ticks between decisions.
    let gateP50, gateP99: Double
    let decisions: Int
  }

  /// Decisions to time.
  static let decisions = 200
  /// Decisions before that: storage is touched for the first time.
  static let warmUp = 10

  let board: BoardDescription
  let model: WorldModel

  func run() throws -> Result {
    guard case .simulated = board.machine else { throw RunError.notSimulated(board.name) }
    var (deciding, between): ([Double], [Double]) = ([], [])
    var seed: UInt64 = 1
    while deciding.count < Self.decisions {
      let before = deciding.count
      try episode(seed: seed) { ms, isDecision in
        if isDecision { deciding.append(ms) } else { between.append(ms) }
        return deciding.count < Self.decisions
      }
      guard deciding.count > before else {
        throw ModelUseError.neverPlanned(board: board.name, seed: seed)
      }
      seed += 1
    }
    return Result(
      decisionP50: quantile(deciding, 0.5), decisionP99: quantile(deciding, 0.99),
      gateP50: quantile(between, 0.5), gateP99: quantile(between, 0.99),
      decisions: deciding.count)
  }

  /// One task, as long as `note` wants more; it gets each tick's time and whether it decided.
  private func episode(seed: UInt64, note: (Double, Bool) -> Bool) throws {
    let run = try SimulatedRun(
      board: board, level: .hard, kind: .model, model: model, seed: seed, pace: .lockstep)
    let hardware = TimedHardware(run.machine)
    let loop = ControlLoop(
      board: board, body: try board.body(on: hardware), mind: run.mind,
      imuBins: model.info.imu?.bins ?? 1)
    try loop.start()
    let refusals = loop.arm()
    guard refusals.isEmpty else { throw RunError.notArmed(refusals.map(\.description)) }
    run.judge.begin(at: loop.body.clock.now)
    var isGoingOn = true
    while isGoingOn {
      hardware.simulationMs = 0
      let start = threadTimeMs()
      let isDecision = loop.tick()
      let ms = threadTimeMs() - start - hardware.simulationMs
      isGoingOn = run.judge.observe(now: loop.body.clock.now) && loop.gate.state.isFollowing
      if loop.decisions > Self.warmUp { isGoingOn = note(ms, isDecision) && isGoingOn }
    }
  }
}
