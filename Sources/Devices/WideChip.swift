// SPDX-License-Identifier: Apache-2.0
import Buses

/// A chip whose registers have 16-bit numbers, the high byte first, with its name on every error.
struct WideChip {
  /// As printed on the chip ("MLX90640").
  let name: String
  let device: I2CDevice

  /// Reads from `register` on into `bytes`, from `start` on.
  /// Precondition: start + count <= bytes.count.
  func read(
    _ register: UInt16, count: Int, into bytes: inout [UInt8], from start: Int = 0
  ) throws(DeviceError) {
    precondition(start + count <= bytes.count, "\(count) bytes into \(bytes.count) from \(start)")
    var failure: I2CError?
    bytes.withUnsafeMutableBytes { all in
      // SAFETY: start + count <= bytes.count, so the slice lies inside.
      let part = UnsafeMutableRawBufferPointer(rebasing: all[start..<(start + count)])
      failure = fill(part, from: register)
    }
    if let failure { throw .bus(failure, chip: name) }
  }

  /// One register of 16 bits, the high byte first.
  func readWord(_ register: UInt16) throws(DeviceError) -> UInt16 {
    var word: UInt16 = 0
    // SAFETY: two bytes on the stack, filled within the call.
    let failure = withUnsafeMutableBytes(of: &word) { fill($0, from: register) }
    if let failure { throw .bus(failure, chip: name) }
    return UInt16(bigEndian: word)
  }

  /// One register of 8 bits.
  func readByte(_ register: UInt16) throws(DeviceError) -> UInt8 {
    var byte: UInt8 = 0
    // SAFETY: one byte on the stack, filled within the call.
    let failure = withUnsafeMutableBytes(of: &byte) { fill($0, from: register) }
    if let failure { throw .bus(failure, chip: name) }
    return byte
  }

  func writeWord(_ value: UInt16, to register: UInt16) throws(DeviceError) {
    try send(register, (UInt8(value >> 8), UInt8(value & 0xFF)), count: 2)
  }

  func writeByte(_ value: UInt8, to register: UInt16) throws(DeviceError) {
    try send(register, (value, 0), count: 1)
  }

  /// Sends `count` bytes that lie in `message` from index 2 on; the first two take the register.
  /// Precondition: count + 2 <= message.count.
  func write(
    _ message: inout [UInt8], count: Int, to register: UInt16
  ) throws(DeviceError) {
    precondition(count + 2 <= message.count, "\(count) bytes and a register in \(message.count)")
    (message[0], message[1]) = (UInt8(register >> 8), UInt8(register & 0xFF))
    var failure: I2CError?
    message.withUnsafeBytes { all in
      // SAFETY: count + 2 <= message.count, so the slice lies inside.
      failure = transfer(UnsafeRawBufferPointer(rebasing: all[0..<(count + 2)]), register)
    }
    if let failure { throw .bus(failure, chip: name) }
  }

  /// Writes a setting and reads it back.
  /// Throws: `DeviceError.wordNotAccepted` when it did not stay.
  func writeCheckedWord(_ value: UInt16, to register: UInt16) throws(DeviceError) {
    try writeWord(value, to: register)
    let back = try readWord(register)
    guard back == value else {
      throw .wordNotAccepted(
        chip: name, bus: device.bus.name, address: device.address, register: register,
        wrote: value, read: back)
    }
  }

  func wrongWord(
    _ expected: UInt16, at register: UInt16, found: UInt16, looksLike: String?
  ) -> DeviceError {
    .wrongWord(
      chip: name, bus: device.bus.name, address: device.address, register: register,
      expected: expected, found: found, looksLike: looksLike)
  }

  func notReady(_ what: String, afterS: Double) -> DeviceError {
    .notReady(
      chip: name, bus: device.bus.name, address: device.address, waitingFor: what, afterS: afterS)
  }

  func badData(_ what: String) -> DeviceError {
    .badData(chip: name, bus: device.bus.name, address: device.address, what: what)
  }

  private func send(
    _ register: UInt16, _ values: (UInt8, UInt8), count: Int
  ) throws(DeviceError) {
    let message = SIMD4<UInt8>(
      UInt8(register >> 8), UInt8(register & 0xFF), values.0, values.1)
    // SAFETY: `message` has four bytes, at most all are sent, and it outlives the call.
    let failure = withUnsafeBytes(of: message) { bytes in
      transfer(UnsafeRawBufferPointer(rebasing: bytes[0..<(2 + count)]), register)
    }
    if let failure { throw .bus(failure, chip: name) }
  }

  private func fill(
    _ destination: UnsafeMutableRawBufferPointer, from register: UInt16
  ) -> I2CError? {
    // SAFETY: the register's two bytes outlive the call; `destination` is the caller's.
    withUnsafeBytes(of: register.bigEndian) { transfer($0, register, reading: destination) }
  }

  private func transfer(
    _ writing: UnsafeRawBufferPointer, _ register: UInt16,
    reading: UnsafeMutableRawBufferPointer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  ) -> I2CError? {
    do throws(I2CError) {
      try device.bus.transfer(address: device.address, writing: writing, reading: reading)
      return nil
    } catch {
      var copy = error
      copy.register = register
      return copy
    }
  }
}
