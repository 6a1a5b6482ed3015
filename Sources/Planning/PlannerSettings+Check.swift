// SPDX-License-Identifier: Apache-2.0

/// A planner setting out of its range.
public struct PlannerSettingsError: Error, Equatable, CustomStringConvertible {
  public let setting: String
  public let value: String
  public let requirement: String

  public var description: String {
    "planner setting \(setting) is \(value), but must be \(requirement); "
      + "correct it where the board describes its planner"
  }
}

extension PlannerSettings {
  /// The widest action a plan can carry.
  public static let mostActions = 8

  /// Tells whether a planner can be made of these settings; ask it of settings read from a file.
  ///
  /// Throws: the first setting that is out of its range.
  public func check(actionCount: Int) throws(PlannerSettingsError) {
    func require(
      _ holds: Bool, _ setting: String, _ value: some CustomStringConvertible,
      _ requirement: String
    ) throws(PlannerSettingsError) {
      if holds { return }
      throw PlannerSettingsError(
        setting: setting, value: value.description, requirement: requirement)
    }
    try require(
      (1...Self.mostActions).contains(actionCount), "actions", actionCount,
      "1 to \(Self.mostActions)")
    try require(candidates >= 2, "candidates", candidates, "2 or more")
    try require(horizon >= 1, "horizon", horizon, "1 or more")
    try require(iterations >= 1, "iterations", iterations, "1 or more")
    try require(
      (1...candidates).contains(elites), "elites", elites, "1 to candidates (\(candidates))")
    try require(noise > 0 && noise.isFinite, "noise", noise, "positive and finite")
    try require(
      (0...noise).contains(minimumNoise), "minimumNoise", minimumNoise, "0 to noise (\(noise))")
    try require((0...4).contains(colour), "colour", colour, "0 to 4")
    try require((0...1).contains(keepElites), "keepElites", keepElites, "0 to 1")
    try require(decay >= 1 && decay.isFinite, "decay", decay, "1 or more")
    try require(momentum >= 0 && momentum < 1, "momentum", momentum, "0 or more and less than 1")
    try require(chunk >= 0, "chunk", chunk, "0 or more")
    try require(
      bounds.count == actionCount, "bounds", "\(bounds.count) ranges",
      "one range per action (\(actionCount))")
    for range in bounds {
      try require(
        (range.upperBound - range.lowerBound).isFinite, "bounds", "\(range)", "finite ranges")
    }
    let weights = [cost.pathWeight, cost.terminalWeight]
    try require(
      weights.allSatisfy { $0 >= 0 && $0.isFinite }, "cost", "\(weights)",
      "weights that are finite and not negative")
  }
}
