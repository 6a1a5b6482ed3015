// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import LinuxBuses
import Quantities
import Runtime
import Safety
import Simulation
import WorldModel

/// A scenario in one process: the true loop on simulated chips, with parts that break.
final class ScenarioRun {
  private let scenario: Scenario
  private let run: SimulatedRun
  private let clock: FaultyClock
  private let mind: FaultyMind
  private var lastRefusals: [Refusal] = []

  /// - Throws: `ScenarioError` for a part that this robot does not have.
  init(
    _ scenario: Scenario, board: BoardDescription, model: WorldModel, pace: Pace
  ) throws {
    self.scenario = scenario
    var made: (clock: FaultyClock, mind: FaultyMind)?
    run = try SimulatedRun(
      board: board, level: Level(scenario.task), kind: .model, model: model,
      seed: UInt64(scenario.seed), pace: pace,
      disguise: { machine, mind in
        let parts = (clock: FaultyClock(machine.clock), mind: FaultyMind(mind))
        made = parts
        return (OtherClockHardware(machine, clock: parts.clock), parts.mind)
      })
    guard let made else { preconditionFailure("the disguise is asked for once") }
    (clock, mind) = made
    (mind.deadlineS, mind.planTimeoutS) = (board.planner.deadlineS, board.safety.planTimeoutS)
    if pace == .realTime { mind.clock = MonotonicClock() }
    try checkParts()
  }

  /// Arms the robot and follows the timeline.
  func follow() throws -> ScenarioResult {
    var trial = ScenarioTrial(scenario, board: run.board.name)
    try run.start()
    let limits = run.loop.gate.limits
    let begin = run.machine.clock.now
    var elapsedS = 0.0
    while elapsedS < scenario.durationS {
      while let step = trial.due(
        elapsedS, promisedS: { $0.reasons.first.flatMap(limits.safeWithinS) ?? 0 })
      {
        try carryOut(step)
      }
      run.loop.tick()
      _ = run.judge.observe(now: run.machine.clock.now)
      elapsedS = (run.machine.clock.now - begin).seconds
      trial.see(sight, elapsedS)
    }
    run.loop.disarm()
    return trial.finish()
  }

  private var sight: ScenarioSight {
    let state = run.loop.gate.state
    let reasons = state.reason.map { [$0] } ?? (state == .disarmed ? lastRefusals : [])
    return ScenarioSight(
      state: state.kind, reasons: reasons.map(\.id),
      isIdle: run.machine.isSafe)
  }

  private func carryOut(_ step: Scenario.Step) throws {
    switch step.what {
    case .expect: return
    case .operate(.arm): lastRefusals = run.loop.arm()
    case .operate(.disarm): run.loop.disarm()
    case .operate(.acknowledge): run.loop.acknowledge()
    case .operate(.stop): run.loop.stop(.operatorStop)
    case .operate(.restart):
      // What speaks against it shows when it is armed.
      do throws(StartError) { try run.loop.start() } catch { lastRefusals = run.loop.refusals }
    case .inject(let name, let faultName):
      let part = try ScenarioPart(name)
      let fault = try part.fault(faultName)
      switch part {
      case .machine(let part):
        do throws(InjectionError) { try run.machine.inject(fault, into: part) } catch {
          throw ScenarioError.impossible(error)
        }
      case .mind: mind.fault = fault
      case .clock: clock.fault = fault
      case .computer(let part): part.spoil(run.machine.fakeComputer, fault)
      case .runtime, .guard: throw ScenarioError.wrongPlace(part, isInProcesses: false)
      }
    }
  }

  /// Nothing is started that cannot be carried out to its end.
  private func checkParts() throws {
    for case .inject(let name, let fault) in scenario.steps.map(\.what) {
      let part = try ScenarioPart(name)
      _ = try part.fault(fault)
      switch part {
      case .runtime, .guard: throw ScenarioError.wrongPlace(part, isInProcesses: false)
      case .machine(let part):
        guard !run.machine.parts.contains(part) else { continue }
        throw ScenarioError.impossible(.noPart(part, available: run.machine.parts))
      case .mind, .clock, .computer: continue
      }
    }
  }
}

extension ComputerPart {
  /// Makes the fake computer be so.
  fileprivate func spoil(_ fake: FakeComputer, _ fault: Fault) {
    let well = FakeComputer.well
    switch self {
    case .health: fake.fault = fault
    case .temperature:
      fake.condition.temperatureC =
        fault == .ok ? well.temperatureC : fault == .slow ? 85 : 95
    case .throttle:
      fake.condition.isThrottled = fault != .ok
      fake.condition.isUndervolted = fault != .ok
    case .disk: fake.condition.freeDiskBytes = fault == .ok ? well.freeDiskBytes : 0
    case .memory:
      fake.condition.availableMemoryBytes = fault == .ok ? well.availableMemoryBytes : 1 << 20
    case .modelFile: fake.condition.hasModelChanged = fault != .ok
    case .boardFile: fake.condition.hasBoardChanged = fault != .ok
    }
  }
}

extension Level {
  fileprivate init(_ task: Scenario.Task) {
    switch task {
    case .easy: self = .easy
    case .medium: self = .medium
    case .hard: self = .hard
    }
  }
}
