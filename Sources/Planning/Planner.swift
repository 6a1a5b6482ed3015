// SPDX-License-Identifier: Apache-2.0

/// A planner that samples action sequences, imagines them and improves on them until its time is
/// up.
///
/// Thread: one planner belongs to one thread. All storage is made at init; `plan` allocates nothing
/// as long as nobody holds a copy of `sequence` or `distances` from an earlier plan.
public protocol Planner: AnyObject {
  var settings: PlannerSettings { get }

  /// The share of its candidates that each iteration imagines, for a machine that is too slow for
  /// all of them; never fewer than twice the elites. 1 unless told otherwise.
  var effort: Float { get set }

  /// The sequence chosen last.
  ///
  /// Shape: `[horizon, actionCount]`. Units: raw.
  var sequence: [Float] { get }

  /// The imagined distance to the goal after each step of `sequence`.
  ///
  /// Shape: `[horizon]`.
  var distances: [Float] { get }

  /// Forgets the warm start; call it when the goal changes or the robot was moved.
  ///
  /// The random stream goes on: two planners agree when their whole histories of calls do.
  func reset()

  /// Plans from the dynamics' present state, one step of the world after the previous call.
  ///
  /// Anytime: `isOutOfTime` is asked before each iteration, and between chunks of rows if
  /// `settings.chunk` > 0. Candidates of an unfinished iteration still count for the best so far,
  /// but not for the distribution. With no iteration completed the plan is usable only after a warm
  /// start, and then is the previous plan shifted by one step (or what beat it in that time), for
  /// as many calls as that plan has actions left.
  ///
  /// - Parameters:
  ///   - proposals: an actor's sequences, put into the first iteration's population.
  ///     Shape: `[proposalCount, horizon, actionCount]`. Units: raw; clipped to the bounds.
  func plan(
    _ dynamics: some Dynamics, proposals: UnsafePointer<Float>?, proposalCount: Int,
    isOutOfTime: () -> Bool
  ) -> Plan
}

extension Planner {
  /// Plans without proposals and, unless told otherwise, without a deadline.
  public func plan(_ dynamics: some Dynamics, isOutOfTime: () -> Bool = { false }) -> Plan {
    plan(dynamics, proposals: nil, proposalCount: 0, isOutOfTime: isOutOfTime)
  }
}
