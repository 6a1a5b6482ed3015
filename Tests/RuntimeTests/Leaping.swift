// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Simulation

/// The simulated machine with a clock that may leap while the world does not.
final class Leaping: Hardware {
  let clock: any Clock
  private let machine: SimulatedMachine

  init(_ clock: LeapingClock, _ machine: SimulatedMachine) {
    clock.inner = machine.clock
    (self.clock, self.machine) = (clock, machine)
  }

  var computer: (any ComputerHealth)? { machine.computer }

  func i2cBus(_ name: String) throws(HardwareError) -> any I2CBus { try machine.i2cBus(name) }

  func outputLine(
    _ name: String, restsHigh: Bool
  ) throws(HardwareError) -> any OutputLine {
    try machine.outputLine(name, restsHigh: restsHigh)
  }

  func inputLine(_ name: String) throws(HardwareError) -> any InputLine {
    try machine.inputLine(name)
  }

  func pwmOutput(_ name: String) throws(HardwareError) -> any PWMOutput {
    try machine.pwmOutput(name)
  }

  func edgeLine(_ name: String, _ kind: EdgeKind) throws(HardwareError) -> any EdgeLine {
    try machine.edgeLine(name, kind)
  }

  func frameSource(_ name: String) throws(HardwareError) -> any FrameSource {
    try machine.frameSource(name)
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
