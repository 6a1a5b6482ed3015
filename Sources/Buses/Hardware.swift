// SPDX-License-Identifier: Apache-2.0

/// Everything a board offers, found by name: the real machine and the simulated one look alike
/// here, so nothing above can tell which it runs on.
public protocol Hardware: AnyObject {
  var clock: any Clock { get }
  /// How the computer itself is; nil where nobody looks.
  var computer: (any ComputerHealth)? { get }
  func i2cBus(_ name: String) throws(HardwareError) -> any I2CBus
  /// The line is at its level of rest from here on, and again when its owner is gone.
  func outputLine(_ name: String, restsHigh: Bool) throws(HardwareError) -> any OutputLine
  func inputLine(_ name: String) throws(HardwareError) -> any InputLine
  func edgeLine(_ name: String, _ kind: EdgeKind) throws(HardwareError) -> any EdgeLine
  func pwmOutput(_ name: String) throws(HardwareError) -> any PWMOutput
  func frameSource(_ name: String) throws(HardwareError) -> any FrameSource
}

extension Hardware {
  public var computer: (any ComputerHealth)? { nil }

  /// A line that rests low.
  public func outputLine(_ name: String) throws(HardwareError) -> any OutputLine {
    try outputLine(name, restsHigh: false)
  }
}

/// The board description names something that this machine does not have, or does not give.
public struct HardwareError: Error, Equatable, CustomStringConvertible {
  public var kind: String
  public var name: String
  public var available: [String]
  /// Why it is not given although it is there, and what to do; nil where it is not there.
  public var reason: String?

  public init(kind: String, name: String, available: [String], reason: String? = nil) {
    (self.kind, self.name, self.available, self.reason) = (kind, name, available, reason)
  }

  public var description: String {
    if let reason { return "\(kind) \"\(name)\": \(reason)" }
    let names = available.isEmpty ? "none" : available.sorted().joined(separator: ", ")
    return "this machine has no \(kind) \"\(name)\" (it has: \(names)). Correct board.yaml."
  }
}
