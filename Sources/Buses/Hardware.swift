// SPDX-License-Identifier: Apache-2.0

/// Everything a board offers, found by name: the real machine and the simulated one look alike
/// here, so nothing above can tell which it runs on.
public protocol Hardware: AnyObject {
  var clock: any Clock { get }
  func i2cBus(_ name: String) throws(HardwareError) -> any I2CBus
  func outputLine(_ name: String) throws(HardwareError) -> any OutputLine
  func edgeLine(_ name: String) throws(HardwareError) -> any EdgeLine
  func frameSource(_ name: String) throws(HardwareError) -> any FrameSource
}

/// The board description names something that this machine does not have.
public struct HardwareError: Error, Equatable, CustomStringConvertible {
  public var kind: String
  public var name: String
  public var available: [String]

  public init(kind: String, name: String, available: [String]) {
    (self.kind, self.name, self.available) = (kind, name, available)
  }

  public var description: String {
    let names = available.isEmpty ? "none" : available.sorted().joined(separator: ", ")
    return "this machine has no \(kind) \"\(name)\" (it has: \(names)). Correct board.yaml."
  }
}
