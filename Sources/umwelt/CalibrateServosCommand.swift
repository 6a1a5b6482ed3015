// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Buses
import Quantities
import Simulation
import Twin

/// `umwelt calibrate servos`: where the servos run into their stops.
struct CalibrateServosCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "servos", abstract: "The ends of the servos. Moves them, and asks first.",
    discussion: """
      One servo at a time turns slowly from 0 to both sides. Where board.yaml has a power monitor
      that measures current, the current's rise tells the stops; otherwise the space bar does, when
      you see one. Any other key, ctrl-C or a cut line ends it at once, and the servo is let go.
      """)

  /// What is wrong with the simulated mechanism.
  enum Flaw: String, CaseIterable, ExpressibleByArgument {
    /// It has no stops.
    case free
    /// It can hardly move.
    case blocked
    /// Its stops are on one side of 0.
    case aside

    /// Of the pulse range, as -1...1.
    var stops: ClosedRange<Double> {
      switch self {
      case .free: -1.5...1.5
      case .blocked: -0.04...0.04
      case .aside: 0.2...0.8
      }
    }
  }

  @OptionGroup var options: CalibrateOptions
  @Flag(help: "Press the space bar at the stops, even where a monitor could feel them.")
  var byHand = false
  @Option(
    help: ArgumentHelp(
      "Calibrate this servo and leave the others as they are; repeatable.", valueName: "name"))
  var only: [String] = []
  @Option(help: "Simulated boards: what is wrong with the mechanism.") var flaw: Flaw?
  @Option(
    name: .customLong("inject"),
    help: "Simulated boards: break a part on purpose: PART:FAULT[@SECONDS], e.g. power:off@2.")
  var injections: [Injection] = []

  func run() throws {
    let session = try CalibrationSession(options)
    let board = session.board
    guard !board.servos.isEmpty else { throw CalibrateError.noServos(board: board.name) }
    let servos = try chosen(board)
    let isByHand = byHand || !board.power.contains { $0.chip.traits.measuresCurrent }
    let machine = try simulated(board)
    let hardware: any Hardware = try machine ?? board.hardware()
    try confirm(session, servos, isByHand)
    let faults = TimedFaults(machine, injections)
    let resumed = session.progress.servos.count
    try Operator.withKeys { () throws in
      for (index, servo) in servos.enumerated() {
        let step = "[\(index + 1)/\(servos.count)] \(servo.name)"
        if session.progress.servos.contains(where: { $0.name == servo.name }) {
          session.say("\(step): done already.")
          continue
        }
        session.say("\(step): to its low end, to its high end, and back.")
        // Its drivers go before those of the next are made: a line has one owner.
        let trial = try ServoTrial(
          session, servo, hardware: hardware, machine: machine, faults: faults, byHand: isByHand)
        try note(try trial.run(when: UTC.now()), session)
      }
      try finish(session)
    }
    if options.json { print(json(session, resumed: resumed).text) }
  }

  /// All servos, or those that `--only` names.
  private func chosen(_ board: BoardDescription) throws -> [BoardDescription.Servo] {
    let names = board.servos.map(\.name)
    if let unknown = only.first(where: { !names.contains($0) }) {
      throw ValidationError(
        "--only \(unknown): no servo is called so. Servos of this board: "
          + names.joined(separator: ", ") + ".")
    }
    return only.isEmpty ? board.servos : board.servos.filter { only.contains($0.name) }
  }

  /// The simulated machine; nil for a real one.
  private func simulated(_ board: BoardDescription) throws(HardwareError) -> SimulatedMachine? {
    guard case .simulated = board.machine else { return nil }
    guard board.pwm != nil else {
      throw HardwareError(kind: "PWM chip", name: "pwm", available: [])
    }
    var random = SeededGenerator(seed: options.seed, stream: "servo trial")
    let world = RoverWorld(
      room: SimulatedRun.room, start: RoverWorld.randomPose(&random, clearanceM: 0.4),
      seed: options.seed)
    let wiring = MachineWiring(board, servoStops: flaw?.stops ?? MachineWiring.Servo.stops)
    return SimulatedMachine(
      world: world, wiring: wiring, seed: options.seed,
      pace: options.realTime ? .realTime : .lockstep)
  }

  private func confirm(
    _ session: CalibrationSession, _ servos: [BoardDescription.Servo], _ isByHand: Bool
  ) throws(CalibrateError) {
    let names = servos.map(\.name).joined(separator: ", ")
    let told =
      isByHand
      ? "Press the space bar as soon as a servo reaches its stop or its horn stops moving.\n"
        + "Any other key stops everything; the servo is let go then."
      : "The current of its supply tells when it presses.\n"
        + "Any key stops everything; the servo is let go then."
    session.say(
      """
      The servos will MOVE, one after the other, as far as they can: \(names).
      Nothing must be in their way, and nothing may fall when one is let go.
      \(told)
      Leave the robot still, its wheels blocked. Type yes to go:
      """)
    guard let answer = Operator.line(), answer == "yes" else { throw .notConfirmed }
  }

  private func note(_ found: Calibration.Servo, _ session: CalibrationSession) throws {
    try session.record { $0.servos.append(found) }
    let rise = found.rise.map { " (the current rose \(fixed($0, 1)) times)" } ?? ""
    session.say(
      "      free from \(fixed(found.lower, 3)) to \(fixed(found.upper, 3))\(rise)")
  }

  private func finish(_ session: CalibrationSession) throws {
    let servos = session.board.servos.compactMap { servo in
      session.progress.servos.first { $0.name == servo.name }
        ?? session.calibration.servos.first { $0.name == servo.name }
    }
    try session.finish {
      $0.servos = servos
    } forget: {
      $0.servos = []
    }
  }

  private func json(_ session: CalibrationSession, resumed: Int) -> JSONObject {
    var object = session.report("servos")
    object.add("resumed_servos", resumed)
    object.add(
      "servos",
      session.calibration.servos.map { servo in
        var entry = JSONObject()
        entry.add("name", servo.name)
        entry.add("lower", servo.lower, decimals: 4)
        entry.add("upper", servo.upper, decimals: 4)
        if let rise = servo.rise { entry.add("rise", rise, decimals: 2) }
        return entry
      })
    return object
  }
}
