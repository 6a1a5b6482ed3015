// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// Names that must agree with each other: folder, machine and world, motors and actions.
  static func checkNames(_ file: Section, folderName: String?, _ log: ProblemLog) {
    if let board = file.find(Keys.board), let folderName, board.value != folderName {
      log.add(
        .conflict, at: board.place,
        "board: '\(board.value)' lies in the folder '\(folderName)'",
        "A board is found by its folder: write 'board: \(folderName)' or rename the folder.")
    }
    checkWorld(file, log)
    if let goal = file.find(Keys.goal), goal.value == .picture, file.place(of: Keys.camera) == nil {
      log.add(
        .conflict, at: goal.place, "goal: a picture can only be reached with a camera",
        "Add a camera section, or write 'goal: level'.")
    }
    let motors = file.find(Keys.motors)?.value ?? []
    let actions = file.find(Keys.actions)?.value ?? []
    checkUnique(motors.compactMap { $0.find(Motor.Keys.name) }, "motor", log)
    checkUnique(actions.compactMap { $0.find(Action.Keys.name) }, "action", log)
    checkActions(actions, motors: motors, log)
  }

  private static func checkWorld(_ file: Section, _ log: ProblemLog) {
    guard let machine = file.find(Keys.machine) else { return }
    switch (machine.value, file.place(of: Keys.world)) {
    case (.simulated, nil):
      let worlds = World.allCases.map(\.rawValue)
      log.add(
        .missingKey, at: machine.place, "a simulated machine has no 'world'",
        "Add 'world: \(choices(worlds))'.")
    case (.linux, let place?):
      log.add(
        .conflict, at: place, "world: the machine is linux, whose world is the real one",
        "Remove this line, or write 'machine: simulated'.")
    default: break
    }
  }

  private static func checkUnique(_ names: [Located<String>], _ thing: String, _ log: ProblemLog) {
    var seen: [String: Place] = [:]
    for name in names {
      if let first = seen.updateValue(name.place, forKey: name.value) {
        log.add(
          .conflict, at: name.place,
          "two \(thing)s are called '\(name.value)', the first on line \(first.line)",
          "Give each \(thing) its own name.")
      }
    }
  }

  /// Every motor follows exactly one action. What is misread is not blamed on the other side.
  private static func checkActions(_ actions: [Section], motors: [Section], _ log: ProblemLog) {
    let names = motors.compactMap { $0.find(Motor.Keys.name) }
    let followers = actions.compactMap { $0.find(Action.Keys.motors)?.value }
    if names.isEmpty || names.count < motors.count { return }
    let known = names.map(\.value)
    var followed: [String: Place] = [:]
    for motor in followers.joined() {
      if !known.contains(motor.value) {
        let hint = nearest(to: motor.value, among: known).map { "Did you mean '\($0)'? " } ?? ""
        log.add(
          .unknownReference, at: motor.place, "no motor is called '\(motor.value)'",
          hint + "Motors of this board: \(known.joined(separator: ", ")).")
      } else if let first = followed.updateValue(motor.place, forKey: motor.value) {
        log.add(
          .conflict, at: motor.place,
          "motor '\(motor.value)' already follows the action on line \(first.line)",
          "A motor follows one action: name it once.")
      }
    }
    if followers.isEmpty || followers.count < actions.count { return }
    for name in names where followed[name.value] == nil {
      log.add(
        .conflict, at: name.place, "motor '\(name.value)' follows no action and would never turn",
        "Name it in the 'motors' of one of the actions.")
    }
  }
}
