// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Simulation

/// The simulated machine with faults that lie between the chips and the computer.
package final class Disguise: HardwareLayer {
  package let inner: any Hardware
  private let jumpingClock: JumpingClock
  /// Transfers to these addresses fail while the chips live on.
  package var deadAddresses: Set<UInt8> = []
  /// How many more times the output line refuses.
  package var lineRefusals = 0
  /// How much older frames are than they would be.
  package var frameDelay = Interval.zero

  package init(_ machine: SimulatedMachine) {
    inner = machine
    jumpingClock = JumpingClock(machine.clock)
  }

  package var clock: any Clock { jumpingClock }

  /// The next sleep lasts this much longer than asked.
  package func oversleep(_ interval: Interval) { jumpingClock.oversleep = interval }

  package func i2cBus(_ name: String) throws(HardwareError) -> any I2CBus {
    BrokenBus(try inner.i2cBus(name), of: self)
  }

  package func outputLine(
    _ name: String, restsHigh: Bool
  ) throws(HardwareError) -> any OutputLine {
    BrokenLine(try inner.outputLine(name, restsHigh: restsHigh), of: self)
  }

  package func frameSource(_ name: String) throws(HardwareError) -> any FrameSource {
    LateCamera(try inner.frameSource(name), of: self)
  }
}

private final class JumpingClock: Clock {
  private let inner: any Clock
  var oversleep = Interval.zero

  init(_ inner: any Clock) { self.inner = inner }

  var now: Instant { inner.now }

  func sleep(until deadline: Instant) {
    inner.sleep(until: deadline + oversleep)
    oversleep = .zero
  }
}

private final class BrokenBus: I2CBus {
  private let inner: any I2CBus
  private let owner: Disguise

  init(_ inner: any I2CBus, of owner: Disguise) { (self.inner, self.owner) = (inner, owner) }

  var name: String { inner.name }
  var bearsClockStretching: Bool { inner.bearsClockStretching }

  func transfer(
    address: UInt8, writing: UnsafeRawBufferPointer, reading: UnsafeMutableRawBufferPointer
  ) throws(I2CError) {
    if owner.deadAddresses.contains(address) {
      throw I2CError(bus: name, address: address, register: nil, reason: .busFault)
    }
    try inner.transfer(address: address, writing: writing, reading: reading)
  }
}

private final class BrokenLine: OutputLine {
  private let inner: any OutputLine
  private let owner: Disguise

  init(_ inner: any OutputLine, of owner: Disguise) { (self.inner, self.owner) = (inner, owner) }

  var name: String { inner.name }

  func set(high: Bool) throws(LineError) {
    if owner.lineRefusals > 0 {
      owner.lineRefusals -= 1
      throw LineError(line: name, errno: 5)
    }
    try inner.set(high: high)
  }
}

private final class LateCamera: FrameSource {
  private let inner: any FrameSource
  private let owner: Disguise

  init(_ inner: any FrameSource, of owner: Disguise) { (self.inner, self.owner) = (inner, owner) }

  var name: String { inner.name }
  var width: Int { inner.width }
  var height: Int { inner.height }

  func latest(into frame: inout Frame) throws(FrameError) -> Bool {
    guard try inner.latest(into: &frame) else { return false }
    frame.capturedAt = frame.capturedAt + Interval(nanoseconds: -owner.frameDelay.nanoseconds)
    return true
  }
}
