// SPDX-License-Identifier: Apache-2.0
import Quantities

/// The one source of time for the loop: real, simulated or replayed.
public protocol Clock: AnyObject {
  /// The present on this clock.
  var now: Instant { get }

  /// Returns at `deadline` or, when it has passed, at once.
  func sleep(until deadline: Instant)
}
