// SPDX-License-Identifier: Apache-2.0
import Buses

/// A chip is not what the board says, or does not do what its datasheet says.
public enum DeviceError: Error, Equatable, CustomStringConvertible {
  /// The bus failed.
  case bus(I2CError, chip: String)
  /// A GPIO line failed.
  case line(LineError)
  /// Another chip answers at this address.
  case wrongIdentity(
    chip: String, bus: String, address: UInt8, register: UInt8, expected: UInt8, found: UInt8,
    looksLike: String?)
  /// A setting did not stay after it was written.
  case notAccepted(
    chip: String, bus: String, address: UInt8, register: UInt8, wrote: UInt8, read: UInt8)
  /// Another chip answers at this address: one with 16-bit registers or register numbers is asked.
  case wrongWord(
    chip: String, bus: String, address: UInt8, register: UInt16, expected: UInt16, found: UInt16,
    looksLike: String?)
  /// A 16-bit setting did not stay after it was written.
  case wordNotAccepted(
    chip: String, bus: String, address: UInt8, register: UInt16, wrote: UInt16, read: UInt16)
  /// The board asks for something the chip cannot do.
  case unsupported(chip: String, setting: String, asked: String, possible: String)
  /// The chip answers, but not with what it should have done by now.
  case notReady(chip: String, bus: String, address: UInt8, waitingFor: String, afterS: Double)
  /// The chip's data contradict themselves: a checksum, a range, a stuck counter.
  case badData(chip: String, bus: String, address: UInt8, what: String)
  /// The file that the chip needs at start is absent or not the right one.
  case firmware(chip: String, path: String, why: String)
  /// The chip holds the clock line low for longer than this bus is known to bear.
  case clockStretching(chip: String, bus: String)
  /// A PWM output of the computer failed.
  case pwm(PWMError)
  /// The chip pulls its fault line low.
  case fault(chip: String, line: String, causes: String)
  /// The edges of a line, or of two, are not what they should be.
  case edges(EdgeTrouble, line: String)

  public var description: String {
    switch self {
    case .bus(let error, let chip): return "\(chip): \(error)"
    case .line(let error): return "\(error)"
    case .wrongIdentity(
      let chip, let bus, let address, let register, let expected, let found, let like):
      return "\(chip) on \(bus) address \(hex(address)): "
        + Self.stranger(UInt16(register), UInt16(expected), UInt16(found), like)
    case .wrongWord(
      let chip, let bus, let address, let register, let expected, let found, let like):
      return "\(chip) on \(bus) address \(hex(address)): "
        + Self.stranger(register, expected, found, like)
    case .notAccepted(let chip, let bus, let address, let register, let wrote, let read):
      return "\(chip) on \(bus) address \(hex(address)): "
        + Self.refusal(UInt16(register), UInt16(wrote), UInt16(read))
    case .wordNotAccepted(let chip, let bus, let address, let register, let wrote, let read):
      return "\(chip) on \(bus) address \(hex(address)): " + Self.refusal(register, wrote, read)
    case .unsupported(let chip, let setting, let asked, let possible):
      return "\(chip): \(setting) of \(asked) is not possible; the chip offers \(possible). "
        + "Correct board.yaml."
    case .notReady(let chip, let bus, let address, let what, let afterS):
      return "\(chip) on \(bus) address \(hex(address)): no \(what) after \(afterS) s. "
        + "Power-cycle it; check its supply and that its reset pin is high."
    case .badData(let chip, let bus, let address, let what):
      return "\(chip) on \(bus) address \(hex(address)): \(what). "
        + "Check the wiring's length and the pull-ups, lower the bus speed, or replace the chip."
    case .firmware(let chip, let path, let why):
      return "\(chip): its firmware file \(path): \(why). "
        + "Download it from the maker and name it in board.yaml."
    case .clockStretching(let chip, let bus):
      return "\(chip) on \(bus): it stretches the clock, and the Raspberry Pi's I2C controller "
        + "then reads wrong bits. Put it on a bus that bears it (dtoverlay=i2c-gpio), or use "
        + "another IMU."
    case .pwm(let error): return "\(error)"
    case .fault(let chip, let line, let causes):
      return "\(chip): its fault line \(line) is low: \(causes). "
        + "Check the motor wires for a short, the supply and the line's pull-up."
    case .edges(let trouble, let line): return "line \(line): \(trouble.description)"
    }
  }

  private static func stranger(
    _ register: UInt16, _ expected: UInt16, _ found: UInt16, _ like: String?
  ) -> String {
    "register \(hex(register)) says \(hex(found)), not \(hex(expected))."
      + (like.map { " That is the \($0)'s answer: set chip to it in board.yaml, or swap the chip." }
        ?? " Check which chip is wired there.")
  }

  private static func refusal(_ register: UInt16, _ wrote: UInt16, _ read: UInt16) -> String {
    "register \(hex(register)) was set to \(hex(wrote)) but reads \(hex(read)). "
      + "Check its supply, then power-cycle it."
  }
}
