// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// The computers and the robots that a new board can stand on: the base files with a name.
  public static func bases(_ kind: Base, boardsFolder: String) throws(BoardError) -> [String] {
    let folder = "\(boardsFolder)/\(kind.rawValue)"
    return try BoardFile.names(in: folder, ending: ".yaml").filter { name in
      kind == .robots || isComputer("\(folder)/\(name).yaml")
    }
  }

  /// The folders of base files.
  public enum Base: String, Sendable { case computers, robots }

  /// A base of computers is one only when it says which.
  private static func isComputer(_ path: String) -> Bool {
    do throws(BoardError) {
      let tree = try BoardText.parse(try BoardFile.text(path: path), path: path)
      return tree["computer"]?["name"] != nil
    } catch { return true }
  }

  /// The text of a new board of this computer and this robot, with a line for each of its roles.
  ///
  /// Throws: what there is, when there is no such computer or robot; what is wrong with them.
  public static func draft(
    name: String, computer: String, robot: String, boardsFolder: String
  ) throws(BoardError) -> String {
    for (kind, word) in [(Base.computers, computer), (.robots, robot)] {
      let names = try bases(kind, boardsFolder: boardsFolder)
      if names.contains(word) { continue }
      let hint = nearest(to: word, among: names).map { "Did you mean '\($0)'? " } ?? ""
      throw BoardFile.failure(
        "\(boardsFolder)/\(kind.rawValue)", nil, "there is no '\(word)' here",
        hint + "It has \(choices(names)).")
    }
    let path = "\(boardsFolder)/\(name)/board.yaml"
    func head(title: String) -> String {
      """
      # SPDX-License-Identifier: Apache-2.0
      # yaml-language-server: $schema=../board.schema.json
      # This file wins over the two that it extends: repeat here what is different on your robot,
      # such as `imu: {address: 0x69}`. Mappings merge key by key; a list is replaced as a whole.
      # Check it: umwelt board check \(path)
      # Wire it:  umwelt board wiring \(name) --out \(boardsFolder)/\(name)/wiring.svg
      # Try it:   umwelt run --board \(name) --simulate
      extends: [../computers/\(computer).yaml, ../robots/\(robot).yaml]
      board: \(name)                    # the name of this folder
      title: \(title)
      machine: linux                  # --simulate runs it on simulated chips

      """
    }
    var files: [String] = []
    let tree = try Bases.merge(
      try BoardText.parse(head(title: "draft"), path: path), path: path, read: &files)
    guard case .mapping(let entries, let place) = tree else { return head(title: "draft") }
    let file = Section(entries, table, path: "", place: place, log: ProblemLog(path: path))
    let machine = file.find(Keys.computer)?.value.find(Computer.Keys.title)?.value ?? computer
    return head(title: "My \(robot), \(machine)") + lineChoices(file) + busChoices(file)
  }

  /// A free line of the computer for each role, in the order of its file.
  private static func lineChoices(_ file: Section) -> String {
    guard let computer = file.find(Keys.computer)?.value else { return "" }
    let pins = Set(
      computer.entries(Computer.Keys.buses).flatMap { _, bus in
        [bus.find(Computer.Bus.Keys.sda)?.value, bus.find(Computer.Bus.Keys.scl)?.value]
      }.compactMap { $0 }
        + computer.entries(Computer.Keys.pwmOutputs).compactMap { _, output in
          output.find(Computer.PWMOutput.Keys.pin)?.value
        })
    let lines = computer.entries(Computer.Keys.lines).map(\.0)
    var free = lines.filter { !pins.contains($0) }
    var text = ""
    var seen: Set<String> = []
    for role in lineRoles(file) where !lines.contains(role) && seen.insert(role).inserted {
      if free.isEmpty { break }
      text += "  \(role): \(free.removeFirst())\n"
    }
    if text.isEmpty { return "" }
    return "\n# Which of the computer's lines each wire goes to: any that `board check` accepts.\n"
      + "lines:\n" + text
  }

  /// The computer's first bus, where the robot's file names another one.
  private static func busChoices(_ file: Section) -> String {
    let buses = (file.find(Keys.computer)?.value.entries(Computer.Keys.buses) ?? [])
      .filter { $0.1.find(Computer.Bus.Keys.sda) != nil }.map(\.0)
    guard let first = buses.first else { return "" }
    let imu = file.find(Keys.imu)?.value.find(IMU.Keys.bus)?.value
    let pwm = file.find(Keys.pwm)?.value.find(PWM.Keys.bus)?.value
    let parts = [("imu", imu), ("pwm", pwm)].compactMap { part, bus in
      bus.flatMap { $0 == first ? nil : "\(part): {bus: \(first)}\n" }
    }
    return parts.isEmpty ? "" : "\n# The computer's bus on the header.\n" + parts.joined()
  }
}
