// SPDX-License-Identifier: Apache-2.0
import Buses

/// Chips whose registers hold 16 bits behind an 8-bit register number, the high byte first.
extension RegisterChip {
  /// Writes a setting and reads it back; bits outside `mask` are the chip's own.
  /// Throws: `DeviceError.wordNotAccepted` when it did not stay.
  func writeCheckedBigEndian(
    _ value: UInt16, to register: UInt8, mask: UInt16 = 0xFFFF
  ) throws(DeviceError) {
    try writeBigEndian(value, to: register)
    let back = try readBigEndian(register)
    guard back & mask == value & mask else {
      throw .wordNotAccepted(
        chip: name, bus: device.bus.name, address: device.address, register: UInt16(register),
        wrote: value, read: back)
    }
  }

  /// Throws: `DeviceError.wrongWord` unless the register says `expected`; `others` are names of
  /// chips that say something else there.
  func requireWord(
    _ expected: UInt16, at register: UInt8, others: [UInt16: String]
  ) throws(DeviceError) {
    let found = try readBigEndian(register)
    guard found == expected else {
      throw wrongWord(expected, at: register, found: found, looksLike: others[found])
    }
  }

  func wrongWord(
    _ expected: UInt16, at register: UInt8, found: UInt16, looksLike: String?
  ) -> DeviceError {
    .wrongWord(
      chip: name, bus: device.bus.name, address: device.address, register: UInt16(register),
      expected: expected, found: found, looksLike: looksLike)
  }

  func notReady(_ what: String, afterS: Double) -> DeviceError {
    .notReady(
      chip: name, bus: device.bus.name, address: device.address, waitingFor: what, afterS: afterS)
  }

  func badData(_ what: String) -> DeviceError {
    .badData(chip: name, bus: device.bus.name, address: device.address, what: what)
  }
}
