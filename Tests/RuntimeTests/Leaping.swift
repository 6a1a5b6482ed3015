// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Simulation

/// The simulated machine with a clock that may leap while the world does not.
final class Leaping: HardwareLayer {
  let clock: any Clock
  let inner: any Hardware

  init(_ clock: LeapingClock, _ machine: SimulatedMachine) {
    clock.inner = machine.clock
    (self.clock, inner) = (clock, machine)
  }
}

/// The inner clock, and a leap ahead that is added to it.
final class LeapingClock: Clock {
  var inner: (any Clock)?
  var leap = Interval.zero

  var now: Instant { (inner?.now ?? .zero) + leap }

  func sleep(until deadline: Instant) {
    inner?.sleep(until: deadline + Interval(nanoseconds: -leap.nanoseconds))
  }
}
