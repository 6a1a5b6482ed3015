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
  /// The board asks for something the chip cannot do.
  case unsupported(chip: String, setting: String, asked: String, possible: String)

  public var description: String {
    switch self {
    case .bus(let error, let chip): return "\(chip): \(error)"
    case .line(let error): return "\(error)"
    case .wrongIdentity(
      let chip, let bus, let address, let register, let expected, let found, let like):
      let guess = like.map { " That is a \($0): set chip to it in board.yaml, or swap the chip." }
      return
        "\(chip) on \(bus) address \(hex(address)): register \(hex(register)) says \(hex(found)), "
        + "not \(hex(expected))." + (guess ?? " Check which chip is wired there.")
    case .notAccepted(let chip, let bus, let address, let register, let wrote, let read):
      return "\(chip) on \(bus) address \(hex(address)): register \(hex(register)) was set to "
        + "\(hex(wrote)) but reads \(hex(read)). Check its supply, then power-cycle it."
    case .unsupported(let chip, let setting, let asked, let possible):
      return "\(chip): \(setting) of \(asked) is not possible; the chip offers \(possible). "
        + "Correct board.yaml."
    }
  }
}
