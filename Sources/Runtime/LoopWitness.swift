// SPDX-License-Identifier: Apache-2.0
import Safety

/// Looks on at a loop, from its own thread: it neither waits nor asks for memory.
public protocol LoopWitness: AnyObject {
  /// Somebody does this to the loop now; what happens to it in a tick is not told.
  func will(_ act: LoopAct)
  /// A tick is over.
  func ticked(_ loop: ControlLoop)
}

/// What can be done to a loop, or asked of it, between two ticks.
public enum LoopAct: Equatable, Sendable {
  case start, arm, disarm, acknowledge, leave
  case stop(Refusal)
  case latch(Refusal)
  /// What speaks against arming is asked.
  case refusals
  /// How it stands is written down for others.
  case tell
}
