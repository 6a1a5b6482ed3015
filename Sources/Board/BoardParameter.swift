// SPDX-License-Identifier: Apache-2.0

/// One value of a board file that a person may tune, and all that is to be known of it.
///
/// Where it comes from: the tables that also validate board.yaml, and `BoardParameter.effect`.
public struct BoardParameter: Sendable {
  /// When a new value counts.
  public enum Effect: String, Sendable {
    /// Between two ticks, also while the robot drives.
    case live
    /// Between two ticks, but only while nothing moves: it is one of the robot's limits.
    case disarmed
    /// When the service starts the next time: chips and memory are set up with it.
    case restart
  }

  /// "safety.ramp", "motors.left.limits.rate".
  public let name: String
  /// One sentence or more.
  public let help: String
  public let effect: Effect
  /// What holds where no file says anything; nil where a file must, or it follows from others.
  public let standard: String?
  let shape: Shape

  /// "a time from 0 s to 10 s".
  public var expectation: String { shape.expectation }

  /// Its usual unit; nil for what has none.
  public var unit: String? {
    switch shape {
    case .quantity(let unit, _), .quantities(let unit, _): unit.symbol
    default: nil
    }
  }

  /// "0 to 10 s", "cut, ramp or slow".
  public var range: String {
    switch shape {
    case .quantity(let unit, let bounds):
      switch bounds {
      case .within(let range), .wholeWithin(let range): "\(Self.span(range)) \(unit.symbol)"
      case .oneOf(let numbers): "\(choices(numbers.map(plain))) \(unit.symbol)"
      }
    case .quantities(let unit, let range): "[low, high], \(Self.span(range)) \(unit.symbol)"
    case .number(let range): Self.span(range)
    case .interval(let range): "[low, high], \(Self.span(range))"
    case .whole(let range, _): "\(range.lowerBound) to \(range.upperBound)"
    case .choice, .flag: choices(words)
    default: shape.expectation
    }
  }

  /// All that it may be, where that is a few words.
  public var words: [String] {
    switch shape {
    case .choice(let words, _): words
    case .flag: ["true", "false"]
    case .quantity(let unit, .oneOf(let numbers)): numbers.map { "\(plain($0)) \(unit.symbol)" }
    default: []
    }
  }

  /// Another of its values, for an example that works; nil where there is none.
  public var example: String? {
    switch shape {
    case .quantity(let unit, .within(let range)), .quantity(let unit, .wholeWithin(let range)):
      "\(plain(range.lowerBound)) \(unit.symbol)"
    case .number(let range): plain(range.lowerBound)
    case .whole(let range, _): "\(range.lowerBound)"
    default: words.first ?? standard
    }
  }

  /// The value in one way of writing: in its usual unit, numbers without needless digits.
  ///
  /// Precondition of a result: the text is one of its values; else nil.
  public func canonical(_ text: String) -> String? {
    let log = ProblemLog(path: "")
    let tree = Tree(value: text, at: Place(line: 1, column: 1))
    guard let read = shape.read(tree, as: name, like: standard ?? text, log: log),
      log.problems.isEmpty
    else { return nil }
    switch (read.value, shape) {
    case (.number(let number), .quantity(let unit, _)):
      return "\(Self.rounded(number / unit.inSI)) \(unit.symbol)"
    case (.interval(let range), .quantities(let unit, _)):
      let ends = [range.lowerBound, range.upperBound].map { Self.rounded($0 / unit.inSI) }
      return "[\(ends[0]) \(unit.symbol), \(ends[1]) \(unit.symbol)]"
    case (.number(let number), _): return plain(number)
    case (.interval(let range), _):
      return "[\(plain(range.lowerBound)), \(plain(range.upperBound))]"
    case (.whole(let number), _): return "\(number)"
    case (.flag(let flag), _): return "\(flag)"
    case (.text(let word), _): return word
    default: return nil
    }
  }

  /// Without the last digits, which a change of units makes up.
  private static func rounded(_ number: Double) -> String {
    let scaled = (number * 1e9).rounded() / 1e9
    return plain(abs(number) < 1e6 ? scaled : number)
  }

  private static func span(_ range: ClosedRange<Double>) -> String {
    "\(plain(range.lowerBound)) to \(plain(range.upperBound))"
  }
}

extension BoardParameter {
  /// The keys that are safe to turn while the robot drives: none is a limit, none needs memory.
  private static let live: Set = [
    "planner.path_weight", "planner.terminal_weight", "planner.hold_distance"
  ]
  /// What the chips are set up with, and what else needs a new start. The decision's period is the
  /// model's and no matter of tuning.
  private static let restart: Set = [
    "imu.rate", "imu.filter", "imu.gyro_range", "imu.accel_range", "camera.rate", "rates.gate",
    "drive.track", "drive.max_speed", "drive.time_constant"
  ]

  /// When a change of this key counts; nil for what is no matter of tuning: wiring, chips, names,
  /// and whether the robot needs a guard.
  static func effect(of path: String) -> Effect? {
    if path == "safety.guard" { return nil }
    if path.hasPrefix("safety.") { return .disarmed }
    let parts = path.split(separator: ".")
    if parts.count == 4, parts[2] == "limits", ["motors", "servos", "escs"].contains(parts[0]) {
      return .disarmed
    }
    if live.contains(path) { return .live }
    return path.hasPrefix("planner.") || restart.contains(path) ? .restart : nil
  }
}
