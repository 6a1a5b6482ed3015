// SPDX-License-Identifier: Apache-2.0
import Safety

/// A robot, what goes wrong with it and when, and what must come of it.
public struct Scenario: Hashable, Sendable {
  /// The file's name without its ending.
  public var name: String
  /// One line for people.
  public var title: String
  public var boards: [String]
  /// How hard the robot's task is.
  public var task: Task
  public var seed: Int
  /// Whether machine, guard and runtime are processes of their own, in real time.
  public var isInProcesses: Bool
  /// How long it takes, from arming.
  public var durationS: Double
  public var steps: [Step]

  public init(
    name: String, title: String, boards: [String], task: Task, seed: Int, isInProcesses: Bool,
    durationS: Double, steps: [Step]
  ) {
    (self.name, self.title, self.boards, self.task) = (name, title, boards, task)
    (self.seed, self.isInProcesses, self.durationS) = (seed, isInProcesses, durationS)
    self.steps = steps
  }

  /// One line of the timeline.
  public struct Step: Hashable, Sendable {
    /// From arming.
    public var atS: Double
    public var what: What
    /// Where the file says so.
    public var place: Place

    public init(atS: Double, what: What, place: Place) {
      (self.atS, self.what, self.place) = (atS, what, place)
    }

    public enum What: Hashable, Sendable {
      /// A part breaks, or is mended by the fault `ok`.
      case inject(part: String, fault: String)
      case operate(Deed)
      case expect(Expectation)
    }
  }

  public enum Task: String, CaseIterable, Hashable, Sendable { case easy, medium, hard }

  /// What an operator does.
  public enum Deed: String, CaseIterable, Hashable, Sendable {
    case arm, disarm, acknowledge, stop
    /// Checks and configures all chips anew, and calibrates the gyro.
    case restart
  }

  /// The states of `SafetyState`, by name.
  public typealias State = SafetyState.Kind

  /// By `withinS` after the step's time the robot is in this state, and it stays there until the
  /// next deed of an operator, or mended part.
  public struct Expectation: Hashable, Sendable {
    public var state: State
    /// For one of these reasons; empty for whatever reason.
    public var reasons: [Refusal]
    /// Nil for what `GateLimits.safeWithinS` promises for the first reason.
    public var withinS: Double?

    public init(state: State, reasons: [Refusal], withinS: Double?) {
      (self.state, self.reasons, self.withinS) = (state, reasons, withinS)
    }
  }
}

extension Scenario {
  enum Keys {
    static let title = Key.text(
      "scenario", .required(example: "The IMU dies"), "One line for people.")
    static let board = Key.texts(
      "board", .required(example: "sim-rover"), "The robot, by the name of its board, or several.")
    static let task = Key<Task>.choice(
      "task", called: "a task", .standard(value: "medium"), "How hard its task is.")
    static let seed = Key.whole(
      "seed", 0...Int(Int32.max), .standard(value: "1"), "The seed of everything random.")
    static let processes = Key.flag(
      "processes", standard: false,
      "True when machine, guard and runtime are processes of their own, in real time.")
    static let lasts = Key.quantity(
      "lasts", .seconds, 0.1...3600, .required(example: "4 s"), "How long it takes, from arming.")
    static let steps = Key.requiredSections(
      "steps", Step.table, "What happens, and what must come of it.")
  }

  static let table = Table([
    Keys.title, Keys.board, Keys.task, Keys.seed, Keys.processes, Keys.lasts, Keys.steps
  ])

  /// Reads and checks one scenario file.
  ///
  /// Throws: everything that is wrong with it.
  public static func load(path: String) throws(BoardError) -> Scenario {
    try parse(try BoardFile.text(path: path), path: path)
  }

  /// - Parameter path: for the messages and the name.
  public static func parse(_ text: String, path: String) throws(BoardError) -> Scenario {
    let log = ProblemLog(path: path)
    let tree = try BoardText.parse(text, path: path)
    guard case .mapping(let entries, let place) = tree else {
      preconditionFailure("a file's root is a mapping: BoardText.parse sees to it")
    }
    let file = Section(entries, table, path: "", place: place, log: log)
    let steps = (file.find(Keys.steps)?.value ?? []).compactMap { Step($0, log) }
    checkTimes(file, steps, log)
    try log.throwIfAny()
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return Scenario(
      name: name.hasSuffix(".yaml") ? String(name.dropLast(5)) : name, title: file[Keys.title],
      boards: file[Keys.board].map(\.value), task: file[Keys.task], seed: file[Keys.seed],
      isInProcesses: file[Keys.processes], durationS: file[Keys.lasts],
      steps: steps.sorted { $0.atS < $1.atS })
  }

  /// The scenario at this path, or those of this folder, in the order of their names.
  public static func paths(at path: String) throws(BoardError) -> [String] {
    guard BoardFile.isFolder(path) else { return [path] }
    return try BoardFile.names(in: path, ending: ".yaml").map { "\(path)/\($0).yaml" }
  }

  private static func checkTimes(_ file: Section, _ steps: [Step], _ log: ProblemLog) {
    guard let lasts = file.find(Keys.lasts)?.value else { return }
    for step in steps {
      var endS = step.atS
      if case .expect(let expectation) = step.what { endS += expectation.withinS ?? 0 }
      if endS > lasts {
        log.add(
          .conflict, at: step.place, "this ends at \(plain(endS)) s, the scenario at "
            + "\(plain(lasts)) s", "Write 'lasts: \(plain(endS + 0.5)) s' or more.")
      }
    }
    let expects = steps.contains { if case .expect = $0.what { true } else { false } }
    if !steps.isEmpty, !expects {
      log.add(
        .missingKey, at: file.place, "the scenario expects nothing",
        "Add a step, for example '{at: 2 s, expect: stopped, reason: staleImu, within: 0.5 s}'.")
    }
  }
}

extension Scenario.Step {
  enum Keys {
    static let at = Key.quantity(
      "at", .seconds, 0...3600, .required(example: "2 s"), "When, from arming.")
    static let inject = Key.text(
      "inject", .optional(example: "imu"), "The part that breaks or is mended.")
    static let fault = Key.text(
      "fault", .optional(example: "off"),
      "How: ok, off, stuck, garbage, wrong, slow, delayed or intermittent.")
    static let deed = Key<Scenario.Deed>.choice(
      "operator", called: "a deed", .optional(example: "disarm"), "What an operator does.")
    static let expect = Key<Scenario.State>.choice(
      "expect", called: "a state", .optional(example: "stopped"), "The state that must be reached.")
    static let reason = Key.texts(
      "reason", .optional(example: "staleImu"), "For this reason, or one of these.")
    static let within = Key.quantity(
      "within", .seconds, 0...3600, .optional(example: "0.5 s"),
      "How long it may take to get there; what the board's limits promise when absent.")
  }

  static let table = Table([
    Keys.at, Keys.inject, Keys.fault, Keys.deed, Keys.expect, Keys.reason, Keys.within
  ])

  /// Nil for one that is told to be wrong.
  init?(_ section: Section, _ log: ProblemLog) {
    guard let at = section.find(Keys.at) else { return nil }
    (atS, place) = (at.value, at.place)
    let kinds = [
      section.find(Keys.inject) != nil, section.find(Keys.deed) != nil,
      section.find(Keys.expect) != nil
    ].filter { $0 }.count
    guard kinds == 1 else {
      log.add(
        .conflict, at: at.place, "this step has \(kinds) of inject, operator and expect",
        "Give it one of them, and others a step of their own.")
      return nil
    }
    if let part = section.find(Keys.inject) {
      guard let fault = section.find(Keys.fault) else {
        log.add(
          .missingKey, at: part.place, "'\(part.value)' breaks, but no 'fault' says how",
          "Add 'fault: off', for example.")
        return nil
      }
      what = .inject(part: part.value, fault: fault.value)
    } else if let deed = section.find(Keys.deed) {
      what = .operate(deed.value)
    } else if let state = section.find(Keys.expect) {
      var reasons: [Refusal] = []
      for reason in section.find(Keys.reason)?.value ?? [] {
        guard let refusal = Refusal(id: reason.value) else {
          let names = Refusal.allCases.map(\.id)
          let hint = nearest(to: reason.value, among: names).map { "Did you mean '\($0)'? " } ?? ""
          log.add(
            .outOfRange, at: reason.place, "'\(reason.value)' is no reason of the gate",
            hint + "There are \(choices(names)).")
          return nil
        }
        reasons.append(refusal)
      }
      what = .expect(
        .init(state: state.value, reasons: reasons, withinS: section.find(Keys.within)?.value))
    } else {
      return nil
    }
  }
}
