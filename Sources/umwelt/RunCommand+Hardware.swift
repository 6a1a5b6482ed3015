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
import Threads
import WorldModel

extension RunCommand {
  /// The run on the chips of this computer. It moves nothing unless `--arm` is given.
  func drive(_ settings: BoardSettings) throws {
    let board = settings.board
    try refuseWhatOnlyASimulatorCan()
    try refuseToArmUnattended()
    let folder = state ?? board.folder
    // Before anything is read: what changes from here on is noticed.
    let hardware: any Hardware =
      try machine.map { try SocketHardware($0, clock: MonotonicClock()) }
      ?? board.hardware(watching: model ?? board.modelPath, stateFolder: folder)
    let model = try place.loadModel(board, path: model, kind: planner, precision: precision)
    let goal = try goalOfDrive(board, model)
    let memory = try FaultMemory(
      folder: folder, guardFolder: guardRecord, start: machine == nil ? .read() : nil,
      acknowledges: acknowledge)
    let calibration = try CalibrationFile.load(for: board, folder: folder) {
      complain("umwelt: \($0)")
    }
    if drill { Drill.prepare() }
    // The planner's threads are as urgent as whoever makes them.
    let thinker = try RealTime.lend(.mind) { try mind(board, model, goal: goal) }
    let recording = try record(
      board, model, clock: hardware.clock, goal: goal, isThreaded: true, isLockstep: false)
    defer { end(recording) }
    let changes = MindChanges()
    let run = try HardwareRun(
      board: board, hardware: recording?.hardware(hardware) ?? hardware,
      mind: Self.tunable(thinker, changes), imuBins: model?.info.imu?.bins ?? 1,
      calibration: calibration,
      guarded: try self.guard.map {
        try GuardedOutputs(path: $0, clock: hardware.clock, recording: recording)
      },
      recording: recording)
    let service = ServiceReport(board: board.name)
    defer { service?.stopping() }
    Interruption.watch()
    complain("umwelt: hold still for a second: the gyro is calibrated")
    try run.loop.start()
    if let latched = memory.latched {
      run.loop.latch(latched)
      complain("umwelt: latched since an earlier run: \(latched.description) (--acknowledge)")
    }
    let isDrill = drill
    let console = try consoleService(
      settings, model: model, servoEnds: calibration?.servos ?? [],
      mind: thinker is PlanningMind ? changes : nil)
    defer { console?.end() }
    try run.begin(console: console?.link, onBegin: { if isDrill { Drill.takeSignals() } })
    for note in run.notes { complain("umwelt: \(note)") }
    let keyboard = Keyboard()
    defer { keyboard.restore() }
    complain(armingWords)
    service?.ready()
    var ticks = 0
    try watch(run, goal: goal, keyboard) { (status: LoopStatus) in
      memory.note(status.state)
      // A loop that stands still is not alive, whoever looks at it.
      if status.ticks > ticks { service?.ticked(status.state, status.active) }
      ticks = status.ticks
    }
  }

  private var armingWords: String {
    arm
      ? "umwelt: arming. Any key stops."
      : "umwelt: disarmed, watching only. --arm lets it move; wheels off the ground first."
  }

  /// The picture to drive to; nil for a robot that needs none.
  private func goalOfDrive(_ board: BoardDescription, _ model: WorldModel?) throws -> [UInt8]? {
    let goal = try readGoal(model) ?? machineGoal(board)
    if goal == nil, board.goal == .picture, model != nil {
      throw ValidationError(
        "\(board.name) drives to a picture: give --goal FILE. Take one where it shall go: "
          + "umwelt look --board \(board.name) --out goal.png")
    }
    return goal
  }

  private func watch(
    _ run: HardwareRun, goal: [UInt8]?, _ keyboard: Keyboard,
    onLook: @escaping (LoopStatus) -> Void
  ) throws {
    let view = hardwareView(run.board, goal: goal)
    defer { view.end() }
    var log = DriveLog(
      RunReport(
        board: run.board.name, task: "drive", planner: planner.rawValue, seed: seed,
        model: run.board.modelPath, outcome: Outcome(), state: .disarmed))
    let status = try run.drive(
      arms: arm,
      onTick: { log.add($0) },
      onLook: { status in
        onLook(status)
        if let moment = log.look(status) { view.show(moment) }
      },
      isOver: { status, robot in
        if Interruption.isRequested || keyboard.isPressed {
          robot.stop()
          return true
        }
        return log.report.seconds >= seconds ?? .infinity
      })
    onLook(status)  // a ramp that was cut short by the end may have latched
    let report = log.finish(status, ticksLost: run.ticksLost)
    print(json ? report.json : report.text)
    switch report.state {
    case .disarmed where arm:
      complain("umwelt: something spoke against it while it armed; see the log above.")
      throw ExitCode(1)
    case .booting, .disarmed, .arming, .armed, .degraded, .stopped(.operatorStop): return
    case .stopping, .stopped, .faulted:
      if let error = status.lastError { complain("umwelt: \(error)") }
      for words in HardwareRun.guardWords(status) { complain("umwelt: \(words)") }
      throw ExitCode(1)
    }
  }

  private func hardwareView(_ board: BoardDescription, goal: [UInt8]?) -> any RunView {
    guard Terminal.isScreen, !json else { return PlainView() }
    return ScreenView(
      title: "umwelt  \(board.name)  any key stops", goal: goal, scene: nil,
      deadlineMs: board.planner.deadlineS * 1000)
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
