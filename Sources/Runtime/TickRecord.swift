// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety

/// One tick of the loop, as it went.
public struct TickRecord: Sendable {
  /// Counts the ticks, those that were skipped left out.
  public var number = 0
  /// When it should have begun, when it did, and when the actuators had its command.
  public var dueAt = Instant.zero
  public var beganAt = Instant.zero
  public var endedAt = Instant.zero
  /// Gate periods that went by without a tick, because this one ended too late.
  public var skipped = 0
  public var state = SafetyState.booting
  public var command: SafeCommand
  /// Of the decision that this tick was the first to follow; nil where none came.
  public var decision: DecisionTimes?

  /// A decision's times.
  public struct DecisionTimes: Sendable {
    /// How long the mind took, s.
    public var tookS: Double
    /// When the picture that it was made from was taken; nil where the mind sees none.
    public var sightAt: Instant?
  }
}
