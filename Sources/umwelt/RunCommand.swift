// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Codecs
import Guard
import Quantities
import Runtime
import Simulation
import WorldModel

/// `umwelt run`: one robot, live.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the robot: see, imagine, plan, act.")

  @OptionGroup var place: BoardOption
  @Option(help: "A picture of the goal (PNG, JPEG, PPM) instead of the task's own.")
  var goal: String?
  @Option(help: "How hard the task is: easy, medium or hard.") var task = Level.medium
  @Option(help: "End after this many seconds at the latest.") var seconds: Double?
  @Option(help: "Seed of everything random.") var seed: UInt64 = 1
  @Option(help: "model, oracle, random, noop or random-encoder.") var planner = PlannerKind.model
  @Option(help: "int8, or float for the reference path.") var precision = Precision.int8
  @Option(help: "Another model file.") var model: String?
  @Option(help: "Folder of calibration.yaml; the board's own where this is not given.")
  var state: String?
  @Option(
    name: .customLong("inject"),
    help: "Break a part on purpose: PART:FAULT[@SECONDS], e.g. imu:off@2 or camera:stuck.")
  var injections: [Injection] = []
  @Flag(help: "One second a second (the default on a terminal).") var realTime = false
  @Flag(help: "As fast as it goes; the same seed gives the same report, byte for byte.")
  var lockstep = false
  @Flag(help: "Real chips: let the robot move. Wheels off the ground the first time!")
  var arm = false
  @Flag(help: "Real chips: you have read why the robot stopped and latched; it may be armed again.")
  var acknowledge = false
  @Flag(help: "Run a real robot's board on simulated chips, wired as its file says.")
  var simulate = false
  @Option(help: "Real chips: arm only while umwelt-guard stands at this shared memory.")
  var `guard`: String?
  @Option(help: "What umwelt-guard --record was given: says why it stopped the robot last.")
  var guardRecord = GuardRecord.usualFolder
  @Option(help: "Run on the chips of `umwelt sim machine` behind this socket.")
  var machine: String?
  @Option(
    help: """
      Serve the console here: a serial port (/dev/ttyAMA0, /dev/ttyS2:1500000) or a socket's path; \
      more than once for several. Then a simulated robot waits, disarmed, for what it is told.
      """)
  var console: [String] = []
  @OptionGroup var recording: RecordOption
  @Flag(help: .hidden) var drill = false
  @Flag(help: "The report as one JSON object.") var json = false

  func validate() throws {
    if !console.isEmpty && lockstep {
      throw ValidationError("--lockstep: nobody can type that fast. Leave out --console.")
    }
    if realTime && lockstep {
      throw ValidationError("--real-time and --lockstep exclude each other: choose one.")
    }
    if drill && machine == nil {
      throw ValidationError("--drill: only on a machine behind a socket. Add --machine SOCKET.")
    }
    if let seconds, !(seconds > 0 && seconds <= 86_400) {
      throw ValidationError("--seconds \(seconds): give a time between 0 and 86400.")
    }
  }

  func run() throws {
    let settings = try place.loadSettings(stateFolder: state)
    let board = simulate ? try place.simulated(settings.board) : settings.board
    if machine != nil { return try drive(settings) }
    if case .linux = board.machine { return try drive(settings) }
    if self.guard != nil {
      throw ValidationError(
        "--guard: a machine inside this process has no use for one. Add --machine SOCKET.")
    }
    let model = try place.loadModel(board, path: model, kind: planner, precision: precision)
    let isScreen = Terminal.isScreen && !json
    let isRealTime = realTime || !console.isEmpty || (isScreen && !lockstep)
    let changes = MindChanges()
    let run = try SimulatedRun(
      board: board, level: task, kind: planner, model: model, seed: seed,
      pace: isRealTime ? .realTime : .lockstep,
      calibration: try CalibrationFile.load(
        for: board, folder: state ?? board.folder, note: { complain("umwelt: \($0)") }),
      record: {
        try record(
          board, model, clock: $0, goal: try readGoal(model) ?? $1, isThreaded: $2,
          isLockstep: !isRealTime)
      },
      disguise: { ($0, Self.tunable($1, changes)) })
    defer { end(run.recording) }
    let goalPicture = try readGoal(model) ?? run.judge.goalPicture
    if goal != nil, let picture = goalPicture, let mind = run.mind as? PlanningMind {
      mind.setGoal(picture: picture)
    }
    for injection in injections where injection.atS == 0 {
      try run.machine.inject(injection.fault, into: injection.part)
    }
    Interruption.watch()
    try run.start()
    let console = try consoleService(
      settings, model: model, mind: run.mind is PlanningMind ? changes : nil,
      machine: run.machine)
    defer { console?.end() }
    if console != nil, !arm { run.loop.disarm() }
    let service = ServiceReport(board: board.name)
    defer { service?.stopping() }
    service?.ready()
    let view = makeView(run, goal: goalPicture, isScreen: isScreen)
    var report = RunReport(run, command: self, model: model)
    try drive(run, view: view, report: &report, isRealTime: isRealTime) {
      service?.ticked(run.loop.gate.state, run.loop.gate.active)
      console?.link.serve(run.loop)
    }
    print(json ? report.json : report.text)
    if !report.isSuccess { throw ExitCode(1) }
  }

  /// The loop of loops: ticks until the task, the time or the operator ends it.
  private func drive(
    _ run: SimulatedRun, view: any RunView, report: inout RunReport, isRealTime: Bool,
    onTick: () -> Void
  ) throws(InjectionError) {
    let begin = run.clock.now
    var pending = injections.filter { $0.atS > 0 }
    var tickMs: [Double] = []
    var isGoingOn = true
    while isGoingOn, !Interruption.isRequested {
      let decisionsBefore = run.loop.decisions
      let startMs = threadTimeMs()
      isGoingOn = run.step() || !console.isEmpty
      let elapsedMs = threadTimeMs() - startMs
      onTick()
      report.count(run.loop.lastCommand)
      report.seconds = (run.clock.now - begin).seconds
      for injection in pending where report.seconds >= injection.atS {
        try run.machine.inject(injection.fault, into: injection.part)
      }
      pending.removeAll { report.seconds >= $0.atS }
      if run.loop.decisions > decisionsBefore, let decision = run.loop.lastDecision {
        let elapsedMs = isRealTime ? decision.tookS * 1000 : elapsedMs
        tickMs.append(elapsedMs)
        report.note(decision)
        view.show(moment(run, decision, elapsedMs, report.seconds))
      }
      if let seconds, report.seconds >= seconds { break }
      if run.loop.gate.state.isStopped, console.isEmpty { break }
    }
    view.end()
    if Interruption.isRequested { run.loop.stop(.operatorStop) }
    report.finish(run, tickMs: isRealTime ? tickMs : nil)
    run.loop.disarm()
    if report.state.isStopped, let error = run.loop.perception.lastError {
      complain("umwelt: \(error)")
    }
    if !isRealTime {
      complain(
        "tick p50 \(fixed(quantile(tickMs, 0.5), 2)) ms, p99 \(fixed(quantile(tickMs, 0.99), 2)) ms"
          + " of CPU time")
    }
  }

  private func moment(
    _ run: SimulatedRun, _ decision: Decision, _ tickMs: Double, _ seconds: Double
  ) -> Moment {
    let steps = run.board.actions.count == 2 ? decision.planSteps : 0
    let plan = (0..<steps).map {
      SIMD2(Double(decision.plan[2 * $0]), Double(decision.plan[2 * $0 + 1]))
    }
    return Moment(
      seconds: seconds, decision: decision,
      state: RunReport.name(run.loop.gate.state, run.loop.gate.active),
      tickMs: tickMs, frame: run.loop.perception.frame?.pixels, plan: plan)
  }

  private func makeView(_ run: SimulatedRun, goal: [UInt8]?, isScreen: Bool) -> any RunView {
    guard isScreen else { return PlainView() }
    let scene: any RunScene
    if let judge = run.judge as? RoverJudge {
      scene = RoomScene(judge: judge)
    } else {
      scene = BalanceScene(judge: run.judge)
    }
    return ScreenView(
      title: "umwelt  \(run.board.name)  seed \(seed)  planner \(planner.rawValue)", goal: goal,
      scene: scene, deadlineMs: run.board.planner.deadlineS * 1000)
  }

  func readGoal(_ model: WorldModel?) throws -> [UInt8]? {
    guard let goal else { return nil }
    guard let frame = model?.info.frame else {
      throw ValidationError("--goal \(goal): this robot has no camera model to see a picture with.")
    }
    return try Picture(contentsOf: goal).resized(width: frame.width, height: frame.height).rgb
  }
}

extension RunReport {
  init(_ run: SimulatedRun, command: RunCommand, model: WorldModel?) {
    self.init(
      board: run.board.name, task: command.task.rawValue, planner: command.planner.rawValue,
      seed: command.seed,
      model: model.map { "\(command.model ?? run.board.modelPath) (\($0.precision))" },
      outcome: run.judge.outcome, state: run.loop.gate.state)
    if command.goal == nil { start = Self.distance(run.judge) }
  }

  mutating func finish(_ run: SimulatedRun, tickMs times: [Double]?) {
    outcome = start == nil && run.judge is RoverJudge ? Outcome() : run.judge.outcome
    (state, active) = (run.loop.gate.state, run.loop.gate.active.all)
    decisions = run.loop.decisions
    if start != nil { end = Self.distance(run.judge) }
    if let times {
      tickMs = (quantile(times, 0.5), quantile(times, 0.99))
      missedTicks = run.loop.missedTicks
    }
  }

  private static func distance(_ judge: any Judge) -> (distanceM: Double, turnDeg: Double)? {
    guard let judge = judge as? RoverJudge else { return nil }
    let goal = judge.task.goal
    return (judge.pose.distanceM(to: goal), judge.pose.turnRad(to: goal) * 180 / .pi)
  }
}

/// `PART:FAULT[@SECONDS]` of the command line.
struct Injection: ExpressibleByArgument {
  let part: SimulatedMachine.Part
  let fault: Fault
  let atS: Double

  init?(argument: String) {
    let halves = argument.split(separator: "@", omittingEmptySubsequences: false)
    let words = halves[0].split(separator: ":", omittingEmptySubsequences: false)
    guard words.count == 2, halves.count <= 2,
      let part = SimulatedMachine.Part(rawValue: String(words[0])),
      let fault = Fault(rawValue: String(words[1]))
    else { return nil }
    let seconds = halves.count == 2 ? Double(halves[1]) : 0
    guard let seconds, seconds >= 0, seconds.isFinite else { return nil }
    (self.part, self.fault, atS) = (part, fault, seconds)
  }

  static var allValueStrings: [String] {
    SimulatedMachine.Part.allCases.flatMap { part in
      part.faults.map { "\(part.rawValue):\($0.rawValue)" }
    }
  }
}
