// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Buses
import Codecs
import Guard
import LinuxBuses
import Planning
import Quantities
import Runtime
import SocketBuses
import WorldModel

extension RunCommand {
  /// The run on the chips of this computer. It moves nothing unless `--arm` is given.
  func drive(_ board: BoardDescription) throws {
    try refuseWhatOnlyASimulatorCan()
    try refuseToArmUnattended()
    let folder = state ?? board.folder
    // Before anything is read: what changes from here on is noticed.
    let hardware: any Hardware =
      try machine.map { try SocketHardware($0, clock: MonotonicClock()) }
      ?? board.hardware(watching: model ?? board.modelPath, stateFolder: folder)
    let model = try place.loadModel(board, path: model, kind: planner, precision: precision)
    let goal = try readGoal(model) ?? machineGoal(board)
    if goal == nil, board.goal == .picture, model != nil {
      throw ValidationError(
        "\(board.name) drives to a picture: give --goal FILE. Take one where it shall go: "
          + "umwelt look --board \(board.name) --out goal.png")
    }
    let memory = try FaultMemory(
      folder: folder, guardFolder: guardRecord, start: machine == nil ? .read() : nil,
      acknowledges: acknowledge)
    let calibration = try CalibrationFile.load(for: board, folder: folder) {
      complain("umwelt: \($0)")
    }
    let run = try HardwareRun(
      board: board, hardware: hardware, mind: try mind(board, model, goal: goal),
      imuBins: model?.info.imu?.bins ?? 1, calibration: calibration,
      guarded: try self.guard.map { try GuardedOutputs(path: $0, clock: hardware.clock) })
    let service = ServiceReport(board: board.name)
    defer { service?.stopping() }
    Interruption.watch()
    if drill { Drill.prepare() }
    complain("umwelt: hold still for a second: the gyro is calibrated")
    try run.loop.start()
    if let latched = memory.latched {
      run.loop.latch(latched)
      complain("umwelt: latched since an earlier run: \(latched.description) (--acknowledge)")
    }
    let keyboard = Keyboard()
    defer { keyboard.restore() }
    complain(
      arm
        ? "umwelt: arming. Any key stops."
        : "umwelt: disarmed, watching only. --arm lets it move; wheels off the ground first.")
    service?.ready()
    try drive(run, goal: goal, keyboard) {
      service?.ticked($0)
      memory.note($0.gate.state)
    }
  }

  private func drive(
    _ run: HardwareRun, goal: [UInt8]?, _ keyboard: Keyboard,
    onTick: @escaping (ControlLoop) -> Void
  ) throws {
    let isScreen = Terminal.isScreen && !json
    let view: any RunView =
      isScreen
      ? ScreenView(
        title: "umwelt  \(run.board.name)  any key stops", goal: goal, scene: nil,
        deadlineMs: run.board.planner.deadlineS * 1000) : PlainView()
    var report = RunReport(
      board: run.board.name, task: "drive", planner: planner.rawValue, seed: seed,
      model: run.board.modelPath, outcome: Outcome(), state: run.loop.gate.state)
    var tickMs: [Double] = []
    var surprises: [Double] = []
    let begin = run.loop.body.clock.now
    defer { view.end() }
    report.state = try run.drive(
      arms: arm,
      onDecision: { decision, elapsedMs in
        tickMs.append(elapsedMs)
        report.imagined += decision.imagined
        report.believedDistance = decision.goalDistance
        if let surprise = decision.surprise { surprises.append(Double(surprise)) }
        view.show(
          Moment(
            seconds: report.seconds, decision: decision,
            state: RunReport.name(run.loop.gate), tickMs: elapsedMs,
            frame: run.loop.perception.frame?.pixels, plan: []))
      },
      onTick: { loop in
        onTick(loop)
        report.count(loop.lastCommand)
        report.seconds = (loop.body.clock.now - begin).seconds
      },
      isOver: { loop in
        let isAsked = Interruption.isRequested || keyboard.isPressed
        if isAsked { loop.stop(.operatorStop) }
        return isAsked || report.seconds >= seconds ?? .infinity
      })
    report.active = run.loop.gate.active.all
    onTick(run.loop)  // a ramp that was cut short by the end may have latched
    report.decisions = run.loop.decisions
    report.missedTicks = run.loop.missedTicks
    if !surprises.isEmpty { report.surpriseMedian = quantile(surprises, 0.5) }
    if !tickMs.isEmpty { report.tickMs = (quantile(tickMs, 0.5), quantile(tickMs, 0.99)) }
    print(json ? report.json : report.text)
    switch report.state {
    case .disarmed where arm:
      complain("umwelt: something spoke against it while it armed; see the log above.")
      throw ExitCode(1)
    case .booting, .disarmed, .arming, .armed, .degraded, .stopped(.operatorStop): return
    case .stopping, .stopped, .faulted:
      if let error = run.loop.perception.lastError { complain("umwelt: \(error)") }
      for words in run.guardWords { complain("umwelt: \(words)") }
      throw ExitCode(1)
    }
  }

  /// A service is started by nobody in sight, and again after every crash.
  private func refuseToArmUnattended() throws {
    guard ServiceNotice.isListenedTo else { return }
    guard !acknowledge else {
      throw ValidationError(
        "--acknowledge: a service manager started this, and nobody has read anything. Take it out "
          + "of UMWELT_OPTIONS; acknowledge by hand.")
    }
    guard arm else { return }
    throw ValidationError(
      "--arm: a service manager started this, and a robot that was started by itself stays "
        + "disarmed. Take --arm out of UMWELT_OPTIONS; arm it by hand, in sight of it.")
  }

  /// The goal of the task that `umwelt sim machine` plays; nil on real chips.
  private func machineGoal(_ board: BoardDescription) -> [UInt8]? {
    guard machine != nil, board.goal == .picture else { return nil }
    return RoverTask(level: task, room: SimulatedRun.room, seed: seed).picture
  }

  private func mind(
    _ board: BoardDescription, _ model: WorldModel?, goal: [UInt8]?
  ) throws -> any Mind {
    switch planner {
    case .random: return RandomMind(actionCount: board.actions.count, seed: seed)
    case .noop: return StillMind(actionCount: board.actions.count)
    case .oracle: throw RunError.notSimulated(board.name)
    case .model, .randomEncoder: break
    }
    guard let model else { throw RunError.noModel(board.name) }
    let search = ICEM(
      settings: PlannerSettings(board), actionCount: board.actions.count, seed: seed)
    let mind = try PlanningMind(board: board, model: model, planner: search)
    if let goal { mind.setGoal(picture: goal) } else { mind.setGoalLevelRest() }
    return mind
  }

  private func refuseWhatOnlyASimulatorCan() throws {
    let asked = [
      ("--lockstep", lockstep), ("--inject", !injections.isEmpty),
      ("--planner \(planner.rawValue)", planner != .model && machine == nil)
    ].filter(\.1).map(\.0)
    guard asked.isEmpty else {
      throw ValidationError(
        "\(asked.joined(separator: ", ")): only in simulation. Add --simulate to put this board's "
          + "chips in a simulated world, or leave it out.")
    }
  }
}
