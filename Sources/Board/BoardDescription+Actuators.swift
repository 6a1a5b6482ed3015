// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// One set point of a command: what it moves and what the gate lets through to it.
  public struct Actuator: Hashable, Sendable {
    public var name: String
    public var limits: SetPointLimits
  }

  /// Most that a command has set points for. Source: `SetPoints` of Safety.
  static let setPointLimit = 8

  /// In the order of the set points: motors, servos, ESCs, relays.
  public var actuators: [Actuator] {
    motors.map { Actuator(name: $0.name, limits: $0.limits) }
      + servos.map { Actuator(name: $0.name, limits: $0.limits) }
      + escs.map { Actuator(name: $0.name, limits: $0.limits) }
      + relays.map { Actuator(name: $0.name, limits: $0.limits) }
  }

  /// Names and number of what moves, what it follows, and the encoders that watch it.
  static func checkActuators(_ file: Section, _ log: ProblemLog) {
    let motors = file.all(Keys.motors).map { ($0.find(Motor.Keys.name), thing: "motor") }
    let servos = file.all(Keys.servos).map { ($0.find(Servo.Keys.name), thing: "servo") }
    let escs = file.all(Keys.escs).map { ($0.find(ESC.Keys.name), thing: "ESC") }
    let relays = file.all(Keys.relays).map { ($0.find(Relay.Keys.name), thing: "relay") }
    let all = motors + servos + escs + relays
    checkUnique(all, log)
    checkCount(file, all.compactMap(\.0), log)
    let noun = all.count == motors.count ? "motor" : "actuator"
    let turning = (motors + escs).compactMap(\.0)
    if all.allSatisfy({ $0.0 != nil }) {
      checkActions(file, noun, all.compactMap(\.0), turning, log)
    }
    checkEncoders(file, motors.compactMap { $0.0?.value }, log)
  }

  private static func checkCount(_ file: Section, _ names: [Located<String>], _ log: ProblemLog) {
    let keys = [
      file.place(of: Keys.motors), file.place(of: Keys.servos), file.place(of: Keys.escs),
      file.place(of: Keys.relays)
    ]
    if keys.allSatisfy({ $0 == nil }) {
      log.add(
        .missingKey, at: file.place, "the file has no 'motors'",
        "Add what moves: motors, servos, escs or relays.")
    }
    guard names.count > setPointLimit else { return }
    log.add(
      .conflict, at: names[setPointLimit].place,
      "\(names.count) motors, servos, ESCs and relays, but a command has \(setPointLimit) set "
        + "points",
      "Leave some out, or drive two from one output.")
  }

  /// What turns follows exactly one action; servos and relays may rest instead. What is misread is
  /// not blamed on the other side.
  private static func checkActions(
    _ file: Section, _ noun: String, _ names: [Located<String>], _ turning: [Located<String>],
    _ log: ProblemLog
  ) {
    let actions = file.find(Keys.actions)?.value ?? []
    let followers = actions.compactMap { $0.find(Action.Keys.motors)?.value }
    if names.isEmpty { return }
    let known = names.map(\.value)
    var followed: [String: Place] = [:]
    for motor in followers.joined() {
      if !known.contains(motor.value) {
        let hint = nearest(to: motor.value, among: known).map { "Did you mean '\($0)'? " } ?? ""
        log.add(
          .unknownReference, at: motor.place, "no \(noun) is called '\(motor.value)'",
          hint + "\(capitalised(noun))s of this board: \(known.joined(separator: ", ")).")
      } else if let first = followed.updateValue(motor.place, forKey: motor.value) {
        log.add(
          .conflict, at: motor.place,
          "\(noun) '\(motor.value)' already follows the action on "
            + first.words(from: motor.place),
          "\(noun == "motor" ? "A motor" : "An actuator") follows one action: name it once.")
      }
    }
    if followers.isEmpty || followers.count < actions.count { return }
    for name in turning where followed[name.value] == nil {
      log.add(
        .conflict, at: name.place,
        "\(noun) '\(name.value)' follows no action and would never turn",
        "Name it in the 'motors' of one of the actions.")
    }
  }

  private static func checkEncoders(_ file: Section, _ motors: [String], _ log: ProblemLog) {
    let names = file.all(Keys.encoders).compactMap { $0.find(Encoder.Keys.motor) }
    var seen: [String: Place] = [:]
    for name in names {
      if !motors.contains(name.value) {
        let hint = nearest(to: name.value, among: motors).map { "Did you mean '\($0)'? " } ?? ""
        log.add(
          .unknownReference, at: name.place, "encoders: no motor is called '\(name.value)'",
          hint + "Motors of this board: \(motors.joined(separator: ", ")).")
      }
      if let first = seen.updateValue(name.place, forKey: name.value) {
        log.add(
          .conflict, at: name.place,
          "encoders: '\(name.value)' already has one on \(first.words(from: name.place))",
          "A motor has one encoder.")
      }
    }
  }
}
