// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// How the planner imagines and chooses.
  ///
  /// Source: iCEM, Pinneri et al. 2020, for the names and what they mean.
  public struct Planner: Hashable, Sendable {
    /// Futures imagined in one iteration.
    public var candidates: Int
    /// Decisions in one future.
    public var horizon: Int
    public var iterations: Int
    /// The best candidates, which shape the next iteration.
    public var elites: Int
    /// The first iteration's standard deviation, in commands.
    public var noise: Double
    /// The noise's exponent: 0 is white, 1 pink, 2 red.
    public var colour: Double
    /// The weight of every step's cost but the last.
    public var pathWeight: Double
    /// The weight of the last step's cost.
    public var terminalWeight: Double
    /// The fraction of elites that enter the next iteration.
    public var keepElites: Double
    /// Each iteration has this many times fewer candidates than the one before.
    public var decay: Double
    /// The goal distance below which the robot holds still.
    public var holdDistance: Double
    /// When the planner hands over its best so far.
    public var deadlineS: Double
    /// Threads that imagine; more than one changes no result.
    public var threads: Int
  }
}

extension BoardDescription.Planner {
  enum Keys {
    static let candidates = Key.whole(
      "candidates", 2...4096, .standard(value: "64"), "Futures imagined in one iteration.")
    static let horizon = Key.whole(
      "horizon", 1...200, .standard(value: "8"), "How many decisions one future is long.")
    static let iterations = Key.whole(
      "iterations", 1...50, .standard(value: "3"), "How often the candidates are refined.")
    static let elites = Key.whole(
      "elites", 1...4096, .standard(value: "8"), "How many of the best shape the next iteration.")
    static let noise = Key.number(
      "noise", 0.01...2, .standard(value: "0.7"), "How widely the first candidates are spread.")
    static let colour = Key.number(
      "colour", 0...4, .standard(value: "1.0"), "0 tries jerky actions, 2 and above slow ones.")
    static let pathWeight = Key.number(
      "path_weight", 0...100, .standard(value: "0.1"), "How much the way to the goal counts.")
    static let terminalWeight = Key.number(
      "terminal_weight", 0...100, .standard(value: "1.0"), "How much the end of a future counts.")
    static let keepElites = Key.number(
      "keep_elites", 0...1, .standard(value: "0.3"), "The fraction of the best tried again.")
    static let decay = Key.number(
      "decay", 1...4, .standard(value: "1.0"), "Candidates shrink by this factor per iteration.")
    static let holdDistance = Key.number(
      "hold_distance", 0...100, .standard(value: "0.0"), "Hold still when the goal is this close.")
    static let deadline = Key.quantity(
      "deadline", .seconds, 0.001...10, .optional(example: "0.2 s"),
      "When planning must end; two thirds of a decision when absent.")
    static let threads = Key.whole(
      "threads", 1...16, .standard(value: "1"), "Threads that imagine candidates together.")
  }

  static let table = Table([
    Keys.candidates, Keys.horizon, Keys.iterations, Keys.elites, Keys.noise, Keys.colour,
    Keys.pathWeight, Keys.terminalWeight, Keys.keepElites, Keys.decay, Keys.holdDistance,
    Keys.deadline, Keys.threads
  ])

  init(_ section: Section, decisionPeriodS: Double) {
    candidates = section[Keys.candidates]
    horizon = section[Keys.horizon]
    iterations = section[Keys.iterations]
    elites = section[Keys.elites]
    noise = section[Keys.noise]
    colour = section[Keys.colour]
    pathWeight = section[Keys.pathWeight]
    terminalWeight = section[Keys.terminalWeight]
    keepElites = section[Keys.keepElites]
    decay = section[Keys.decay]
    holdDistance = section[Keys.holdDistance]
    deadlineS = section.find(Keys.deadline)?.value ?? decisionPeriodS * 2 / 3
    threads = section[Keys.threads]
  }
}
