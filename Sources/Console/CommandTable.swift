// SPDX-License-Identifier: Apache-2.0
import Board

/// All commands, in the order in which `help` shows them.
enum CommandTable {
  static let all: [Command] = looks + moves + settings + transactions + tools

  static func named(_ name: String) -> Command? { all.first { $0.name == name } }

  /// The command that was probably meant: whose name begins so, or is spelt nearly so.
  static func meant(by word: String) -> String? {
    let begins = all.filter { $0.name.hasPrefix(word) }
    return begins.count == 1 ? begins[0].name : nearest(to: word, among: all.map(\.name))
  }

  private static let looks = [
    Command(
      "status", "", .look, "What the robot does, and what keeps it from more.", example: "status",
      run: StatusCommands.status),
    Command(
      "top", "", .look, "The same, again and again, until a key.", example: "top",
      run: StatusCommands.top),
    Command(
      "tasks", "", .look, "How the robot's threads keep their time.", example: "tasks",
      run: StatusCommands.tasks),
    Command(
      "listen", "<topic|signal>... [-r HZ]", .look, "Shows values as they come, until a key.",
      example: "listen imu -r 5", words: [.topic], run: SignalCommands.listen),
    Command(
      "plot", "<signal>... [-r HZ]", .look, "Draws up to four signals, until a key.",
      example: "plot gyro.z tilt", words: [.signal], run: SignalCommands.plot),
    Command(
      "camera", "[live]", .look, "Shows what the camera sees.", example: "camera",
      words: [.oneOf(["live"])], run: SignalCommands.camera),
    Command(
      "log", "[tail N]", .look, "What happened last: states, changes, who did what.",
      example: "log tail 20", words: [.oneOf(["tail"]), .anything], run: StatusCommands.log)
  ]

  private static let moves = [
    Command(
      "arm", "", .change, "Lets the robot move, or says all that speaks against it.",
      example: "arm",
      run: RobotCommands.arm),
    Command(
      "disarm", "", .change, "Outputs off.", example: "disarm", run: RobotCommands.disarm),
    Command(
      "stop", "", .look, "Stops the robot; so does ctrl-X at any time, from any line.",
      example: "stop", run: RobotCommands.stop),
    Command(
      "acknowledge", "", .change, "You have read why it latched: it may be armed again.",
      example: "acknowledge", run: RobotCommands.acknowledge),
    Command(
      "goal", "[list] | set <name> | go <name> | capture <name>", .change,
      "Names the pictures it can drive to; sets one; sets it and arms; takes one.",
      example: "goal list", words: [.oneOf(["list", "set", "go", "capture"]), .goal],
      run: RobotCommands.goal),
    Command(
      "inject", "[<part> <fault>]", .change, "Breaks a part on purpose; simulation only.",
      example: "inject", words: [.injection], run: RobotCommands.inject)
  ]

  private static let settings = [
    Command(
      "get", "[<parameter>|<part of a name>]", .look,
      "Shows values, with range, source and when a change counts.", example: "get safety.ramp",
      words: [.parameter], run: ParameterCommands.get),
    Command(
      "set", "<parameter> <value>", .change,
      "Sets a value: at once, or in the transaction that is open.",
      example: "set planner.path_weight 0.2", words: [.parameter, .value],
      run: ParameterCommands.set),
    Command(
      "reset", "<parameter>", .change, "Back to what the board's files say.",
      example: "reset planner.path_weight", words: [.parameter], run: ParameterCommands.reset),
    Command(
      "diff", "", .look, "What differs from the board's files, and what is not saved.",
      example: "diff", run: ParameterCommands.diff),
    Command(
      "dump", "[diff]", .look, "All values (or what differs) as lines to paste: checked, whole.",
      example: "dump diff", words: [.oneOf(["diff"])], run: ParameterCommands.dump),
    Command(
      "save", "", .change, "Keeps what is set for the next start; the file before is kept too.",
      example: "save", run: ParameterCommands.save),
    Command(
      "revert", "", .change, "Back to what was saved last.", example: "revert",
      run: ParameterCommands.revert)
  ]

  private static let transactions = [
    Command(
      "begin", "", .change, "Opens a transaction: what is set waits for `commit`.",
      example: "begin", run: TransactionCommands.begin),
    Command(
      "commit", "[SECONDS]", .change,
      "Applies what was begun, all or nothing; taken back unless confirmed in time (30 s).",
      example: "commit 20", words: [.anything], run: TransactionCommands.commit),
    Command(
      "confirm", "", .change, "Keeps what was committed.", example: "confirm",
      run: TransactionCommands.confirm),
    Command(
      "abort", "", .change, "Forgets what was begun, or takes back what was committed.",
      example: "abort", run: TransactionCommands.abort),
    Command(
      "apply", "<count> <check>", .change, "Ends a pasted dump, and applies it like `commit`.",
      example: "apply 0 FFFF", words: [.anything], run: TransactionCommands.apply),
    Command(
      "history", "", .look, "The changes since the start, the newest last.", example: "history",
      run: TransactionCommands.history),
    Command(
      "rollback", "[N]", .change, "Takes the last N changes back (1).", example: "rollback",
      words: [.anything], run: TransactionCommands.rollback)
  ]

  private static let tools = [
    Command(
      "take", "", .look, "Puts this line in charge, whoever was.", example: "take",
      run: ToolCommands.take),
    Command(
      "version", "", .look, "What runs here, on which board.", example: "version",
      run: ToolCommands.version),
    Command(
      "help", "[<command|parameter|reason|signal>]", .look, "Explains anything that has a name.",
      example: "help safety.ramp", words: [.anything], run: ToolCommands.help),
    Command(
      "clear", "", .look, "Clears the screen and asks the terminal for its size; so does ctrl-L.",
      example: "clear", run: ToolCommands.clear),
    Command(
      "#json", "", .look, "Frames from here on, for programs; `#text` goes back.", example: "#json",
      run: ToolCommands.frames),
    Command(
      "#text", "", .look, "Text from here on.", example: "#text", run: ToolCommands.text)
  ]
}
