// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Whatever decides: a planner that imagines, an explorer, a control for comparison.
public protocol Mind: AnyObject {
  /// How many numbers an action has.
  var actionCount: Int { get }

  /// One decision, held until the next. Must return soon after `isOutOfTime` says so; where
  /// `percept.isFirst` says that the robot has just been armed, it forgets the past.
  func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision
}

/// One decision and what stood behind it.
public struct Decision: Equatable, Sendable {
  /// The action in raw units (duties), element i = action i; NaN stops the robot at the gate.
  public var action: SIMD8<Float>
  /// Imagined distance to the goal from here; nil when the mind has no goal.
  public var goalDistance: Float?
  /// One-step prediction error of the latent, as a multiple of the model's 99th percentile.
  public var surprise: Float?
  /// Whether the mind holds still because it believes it has arrived.
  public var isHolding: Bool
  /// Whether the mind goes round something that is in its way.
  public var isRecovering = false
  /// Whether there is a decision at all; without one the last is followed until it is too old.
  public var isMade = true
  /// Search effort behind the decision.
  public var imagined: Int
  /// How long it took to decide, s; at least what whoever asked has measured.
  public var tookS = 0.0
  /// What it means to do from here on: `planSteps` actions, one after the other.
  public var plan = SIMD64<Float>.zero
  public var planSteps = 0

  public init(
    action: SIMD8<Float>, goalDistance: Float? = nil, surprise: Float? = nil,
    isHolding: Bool = false, imagined: Int = 0, tookS: Double = 0
  ) {
    (self.action, self.goalDistance, self.surprise) = (action, goalDistance, surprise)
    (self.isHolding, self.imagined, self.tookS) = (isHolding, imagined, tookS)
  }
}
