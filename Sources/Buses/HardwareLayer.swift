// SPDX-License-Identifier: Apache-2.0

/// Hardware in front of other hardware: it does itself what it is there for, and leaves the rest to
/// the other.
public protocol HardwareLayer: Hardware {
  var inner: any Hardware { get }
}

extension HardwareLayer {
  public var clock: any Clock { inner.clock }

  public var computer: (any ComputerHealth)? { inner.computer }

  public func i2cBus(_ name: String) throws(HardwareError) -> any I2CBus {
    try inner.i2cBus(name)
  }

  public func outputLine(
    _ name: String, restsHigh: Bool
  ) throws(HardwareError) -> any OutputLine {
    try inner.outputLine(name, restsHigh: restsHigh)
  }

  public func inputLine(_ name: String) throws(HardwareError) -> any InputLine {
    try inner.inputLine(name)
  }

  public func edgeLine(_ name: String, _ kind: EdgeKind) throws(HardwareError) -> any EdgeLine {
    try inner.edgeLine(name, kind)
  }

  public func pwmOutput(_ name: String) throws(HardwareError) -> any PWMOutput {
    try inner.pwmOutput(name)
  }

  public func frameSource(_ name: String) throws(HardwareError) -> any FrameSource {
    try inner.frameSource(name)
  }
}
