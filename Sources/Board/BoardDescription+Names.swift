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
    checkActuators(file, log)
    checkUnique(
      (file.find(Keys.actions)?.value ?? []).map { ($0.find(Action.Keys.name), "action") }, log)
    checkUnique(
      file.all(Keys.power).map { ($0.find(Power.Keys.name), "power monitor") }
        + file.all(Keys.grids).map { ($0.find(Grid.Keys.name), "grid sensor") }, log)
  }

  private static func checkWorld(_ file: Section, _ log: ProblemLog) {
    guard let machine = file.find(Keys.machine) else { return }
    if machine.value == .simulated, file.place(of: Keys.world) == nil {
      let worlds = World.allCases.map(\.rawValue)
      log.add(
        .missingKey, at: machine.place, "a simulated machine has no 'world'",
        "Add 'world: \(choices(worlds))'.")
    }
    if machine.value == .linux, file.place(of: Keys.computer) == nil {
      log.add(
        .missingKey, at: machine.place, "a linux machine has no 'computer'",
        "Build on the file of yours, for example 'extends: ../computers/pi5.yaml', or describe it "
          + "in a computer section.")
    }
  }

  static func checkUnique(_ names: [(Located<String>?, thing: String)], _ log: ProblemLog) {
    var seen: [String: (place: Place, thing: String)] = [:]
    for (name, thing) in names {
      guard let name else { continue }
      if let first = seen.updateValue((name.place, thing), forKey: name.value) {
        let things = first.thing == thing ? "\(thing)s" : "parts"
        log.add(
          .conflict, at: name.place,
          "two \(things) are called '\(name.value)', the first on "
            + first.place.words(from: name.place),
          "Give each \(first.thing == thing ? thing : "part") its own name.")
      }
    }
  }
}
