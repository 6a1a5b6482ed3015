// SPDX-License-Identifier: Apache-2.0

/// What a planner needs of a world: the imagined distance to the goal after each step of each
/// candidate.
///
/// The adapter that implements this holds the present state and the goal, so a planner can be tried
/// on a pendulum as well as on a world model.
public protocol Dynamics: AnyObject {
  /// Numbers in one action.
  var actionCount: Int { get }

  /// Imagines `rows` candidates from the present state and writes how far from the goal each step
  /// ends; lower is better, and a value that is not finite marks a future that must not be chosen.
  ///
  /// Shape: candidates `[rows, horizon, actionCount]`, distances `[rows, horizon]`, row-major; the
  /// pointers are valid during the call only.
  /// Units: actions in the actuators' raw units, never normalised; distances as the world has them.
  func distances(
    candidates: UnsafePointer<Float>, rows: Int, horizon: Int,
    into distances: UnsafeMutablePointer<Float>)
}
