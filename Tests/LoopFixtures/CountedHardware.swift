// SPDX-License-Identifier: Apache-2.0
import Buses
import MallocCount
import Quantities

/// Hardware whose own calls of malloc are not counted: what a simulated chip asks for, a real one
/// does not.
package final class CountedHardware: HardwareLayer {
  package let inner: any Hardware
  package let clock: any Clock
  package let computer: (any ComputerHealth)?

  package init(_ inner: any Hardware) {
    self.inner = inner
    clock = CountedClock(inner.clock)
    computer = inner.computer.map { CountedHealth($0) }
  }

  package func i2cBus(_ name: String) throws(HardwareError) -> any I2CBus {
    CountedBus(try inner.i2cBus(name))
  }

  package func outputLine(
    _ name: String, restsHigh: Bool
  ) throws(HardwareError) -> any OutputLine {
    CountedOutput(try inner.outputLine(name, restsHigh: restsHigh))
  }

  package func inputLine(_ name: String) throws(HardwareError) -> any InputLine {
    CountedInput(try inner.inputLine(name))
  }

  package func edgeLine(_ name: String, _ kind: EdgeKind) throws(HardwareError) -> any EdgeLine {
    CountedEdges(try inner.edgeLine(name, kind))
  }

  package func frameSource(_ name: String) throws(HardwareError) -> any FrameSource {
    CountedCamera(try inner.frameSource(name))
  }
}

/// Does it without counting.
private func uncounted<Result, Failure>(
  _ work: () throws(Failure) -> Result
) throws(Failure) -> Result {
  umwelt_malloc_count_pause()
  defer { umwelt_malloc_count_resume() }
  return try work()
}

private final class CountedClock: Clock {
  private let inner: any Clock
  init(_ inner: any Clock) { self.inner = inner }
  var now: Instant { uncounted { inner.now } }
  func sleep(until deadline: Instant) { uncounted { inner.sleep(until: deadline) } }
}

private final class CountedHealth: ComputerHealth {
  private let inner: any ComputerHealth
  init(_ inner: any ComputerHealth) { self.inner = inner }
  func latest() -> ComputerState? { uncounted { inner.latest() } }
}

private final class CountedBus: I2CBus {
  private let inner: any I2CBus
  init(_ inner: any I2CBus) { self.inner = inner }
  var name: String { inner.name }
  var bearsClockStretching: Bool { inner.bearsClockStretching }

  func transfer(
    address: UInt8, writing: UnsafeRawBufferPointer, reading: UnsafeMutableRawBufferPointer
  ) throws(I2CError) {
    try uncounted { () throws(I2CError) in
      try inner.transfer(address: address, writing: writing, reading: reading)
    }
  }

  func transfer(_ batch: UnsafeBufferPointer<I2CTransfer>) throws(I2CError) {
    try uncounted { () throws(I2CError) in try inner.transfer(batch) }
  }
}

private final class CountedOutput: OutputLine {
  private let inner: any OutputLine
  init(_ inner: any OutputLine) { self.inner = inner }
  var name: String { inner.name }

  func set(high: Bool) throws(LineError) {
    try uncounted { () throws(LineError) in try inner.set(high: high) }
  }
}

private final class CountedInput: InputLine {
  private let inner: any InputLine
  init(_ inner: any InputLine) { self.inner = inner }
  var name: String { inner.name }

  func isHigh() throws(LineError) -> Bool {
    try uncounted { () throws(LineError) in try inner.isHigh() }
  }
}

private final class CountedEdges: EdgeLine {
  private let inner: any EdgeLine
  init(_ inner: any EdgeLine) { self.inner = inner }
  var name: String { inner.name }

  func nextEdge() throws(LineError) -> Edge? {
    try uncounted { () throws(LineError) in try inner.nextEdge() }
  }
}

private final class CountedCamera: FrameSource {
  private let inner: any FrameSource
  init(_ inner: any FrameSource) { self.inner = inner }
  var name: String { inner.name }
  var width: Int { inner.width }
  var height: Int { inner.height }

  func latest(into frame: inout Frame) throws(FrameError) -> Bool {
    try uncounted { () throws(FrameError) in try inner.latest(into: &frame) }
  }
}
