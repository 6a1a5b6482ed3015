// SPDX-License-Identifier: Apache-2.0

extension Calibration.Servo {
  enum Keys {
    static let name = Key.name("name", .required(example: "gripper"), "The servo.")
    static let lower = Key.number(
      "lower", -1...0, .required(example: "-0.8"), "The lowest set point clear of its stop.")
    static let upper = Key.number(
      "upper", 0...1, .required(example: "0.8"), "The highest set point clear of its stop.")
    /// No fuse lets a hundred times the free current through.
    static let rise = Key.number(
      "rise", 1...100, .optional(example: "3"), "Current at the stops over current before them.")
  }

  static let table = Table([
    Keys.name, Calibration.Keys.when, Keys.lower, Keys.upper, Keys.rise
  ])

  /// Nil where `log` says what is wrong.
  init?(_ section: Section, _ log: ProblemLog) {
    guard let name = section.find(Keys.name), let when = section.find(Calibration.Keys.when),
      let lower = section.find(Keys.lower), let upper = section.find(Keys.upper)
    else { return nil }
    self.init(
      name: name.value, when: when.value, lower: lower.value, upper: upper.value,
      rise: section.find(Keys.rise)?.value)
  }

  /// The servo must be there, and its limits must leave it room between its ends.
  static func check(_ section: Section, _ board: BoardDescription, _ log: ProblemLog) {
    guard let name = section.find(Keys.name) else { return }
    guard let servo = board.servos.first(where: { $0.name == name.value }) else {
      let names = board.servos.map(\.name).joined(separator: ", ")
      log.add(
        .unknownReference, at: name.place, "no servo is called '\(name.value)'",
        "Servos of this board: \(names.isEmpty ? "none" : names).")
      return
    }
    guard let lower = section.find(Keys.lower), let upper = section.find(Keys.upper) else { return }
    let limits = servo.limits.position
    guard max(limits.lowerBound, lower.value) < min(limits.upperBound, upper.value) else {
      log.add(
        .conflict, at: lower.place,
        "servo '\(name.value)': its ends leave it no room within its limits",
        "Its limits in board.yaml have changed: calibrate the servos again.")
      return
    }
  }
}
