// SPDX-License-Identifier: Apache-2.0
import Board
import Intercom
import Safety

/// What moves the robot, and what keeps it from moving.
enum RobotCommands {
  static func arm(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...0)
    let console = call.console
    return asking(.arm, call, "arm", "armed. Ctrl-X stops it.") {
      console.note("armed by \(call.session.name)", by: call.session)
    }
  }

  static func disarm(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...0)
    return asking(.disarm, call, "disarm", "disarmed.") {
      call.console.note("disarmed by \(call.session.name)", by: call.session)
    }
  }

  static func stop(_ call: Call) throws(ConsoleError) -> Outcome {
    call.console.stop(by: call.session)
    return .answer(Answer("stop."))
  }

  static func acknowledge(_ call: Call) throws(ConsoleError) -> Outcome {
    try call.expect(0...0)
    return asking(.acknowledge, call, "acknowledge", "acknowledged: it may be armed again.") {
      call.console.note("acknowledged by \(call.session.name)", by: call.session)
    }
  }

  static func goal(_ call: Call) throws(ConsoleError) -> Outcome {
    let goals = call.console.host.goals
    switch call.words.first {
    case nil, "list":
      try call.expect(0...1)
      let lines = goals.isEmpty ? ["no goal pictures here"] : goals
      return .answer(Answer(lines, .texts(goals)))
    case "capture":
      try call.expect(2...2)
      return try capture(call, name: call.words[1])
    case "set", "go":
      try call.expect(2...2)
      return try set(call, name: call.words[1], goes: call.words[0] == "go")
    default: throw call.command.usage
    }
  }

  static func inject(_ call: Call) throws(ConsoleError) -> Outcome {
    let known = call.console.host.injections
    guard !known.isEmpty else {
      throw .impossible("break parts on purpose: its chips are real")
    }
    if call.words.isEmpty { return .answer(Answer(known, .texts(known))) }
    try call.expect(2...2)
    let wanted = call.rest(from: 0)
    guard known.contains(wanted) else {
      throw .unknownWord(
        kind: "fault", word: wanted, meant: nearest(to: wanted, among: known))
    }
    return asking(
      .inject(part: call.words[0], fault: call.words[1]), call, "break that",
      "\(call.words[0]) is \(call.words[1]) from now on."
    ) { call.console.note("\(call.session.name) injects \(wanted)", by: call.session) }
  }

  /// What the camera sees now becomes a goal.
  private static func capture(_ call: Call, name: String) throws(ConsoleError) -> Outcome {
    let isName = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
    guard isName, name.utf8.count <= 64 else { throw call.command.usage }
    guard let picture = call.console.robot.picture() else { throw .noPicture }
    let kept = try call.console.host.keep(picture, as: name)
    call.console.note("\(call.session.name) took the goal \(kept)", by: call.session)
    return .answer(Answer("kept as '\(kept)': `goal set \(kept)`."))
  }

  private static func set(
    _ call: Call, name: String, goes: Bool
  ) throws(ConsoleError) -> Outcome {
    let goals = call.console.host.goals
    guard goals.contains(name) else {
      throw .unknownWord(
        kind: "goal", word: name, meant: nearest(to: name, among: goals))
    }
    let picture = try call.console.host.goal(name)
    return asking(.goal(picture), call, "see a goal", "its goal is '\(name)' now.") {
      call.console.note("\(call.session.name) set the goal \(name)", by: call.session)
      // A goal that is taken is what arming follows.
      if goes { call.session.enqueue(ConsoleSession.Entry(line: "arm")) }
    }
  }

  /// Asks the loop; what it says is the answer.
  static func asking(
    _ request: RobotRequest, _ call: Call, _ what: String, _ done: String,
    then: @escaping () -> Void
  ) -> Outcome {
    .waiting(Ticket(request)) { (answer) throws(ConsoleError) in
      switch answer {
      case .done:
        then()
        return Answer(done)
      case .impossible: throw .impossible(what)
      case .refused(let bars) where bars.isEmpty: throw .moving
      case .refused(let bars): throw .refused(bars.all)
      }
    }
  }
}
