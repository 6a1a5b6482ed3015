// SPDX-License-Identifier: Apache-2.0

/// What a planner decided, small enough to pass between threads; the whole sequence and its
/// distances stay in the planner.
public struct Plan: Equatable, Sendable {
  /// Whether `action` may be carried out: a finite imagined future stands behind it.
  public var isUsable: Bool
  /// The first action of the chosen sequence, zero where there is none.
  ///
  /// Shape: the first `actionCount` numbers. Units: raw, inside the bounds.
  public var action: SIMD8<Float>
  /// The cost of the chosen sequence; `.infinity` where there is none.
  public var cost: Float
  /// Iterations completed; 0 with a usable plan is the previous plan, shifted by one step.
  public var iterations: Int
  /// Candidates imagined.
  public var imagined: Int
}
