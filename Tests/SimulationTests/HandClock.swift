// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Simulation

/// A clock that moves when a test says so, or when somebody sleeps.
final class HandClock: Clock {
  var now = Instant.zero
  func sleep(until deadline: Instant) { now = max(now, deadline) }
  func pass(ms: Double) { now = now + Interval(nanoseconds: Int64(ms * 1e6)) }
}

/// The device error that `work` ends with; nil when it ends well or with another.
func deviceError<Result>(_ work: () throws -> Result) -> DeviceError? {
  do {
    _ = try work()
    return nil
  } catch { return error as? DeviceError }
}
