// SPDX-License-Identifier: Apache-2.0
import Buses

/// A chip spoken to in registers, with its name on every error.
struct RegisterChip {
  /// As printed on the chip ("MPU-6050").
  let name: String
  let device: I2CDevice

  func read(_ register: UInt8) throws(DeviceError) -> UInt8 {
    do throws(I2CError) { return try device.read(register) } catch {
      throw .bus(error, chip: name)
    }
  }

  /// Reads consecutive registers, or one FIFO register again and again, into the start of `bytes`.
  /// Precondition: count <= bytes.count.
  func read(_ register: UInt8, count: Int, into bytes: inout [UInt8]) throws(DeviceError) {
    precondition(count <= bytes.count, "\(count) bytes into \(bytes.count)")
    var failure: I2CError?
    bytes.withUnsafeMutableBytes { all in
      // SAFETY: count <= bytes.count, so the slice lies inside.
      let part = UnsafeMutableRawBufferPointer(rebasing: all[0..<count])
      do throws(I2CError) { try device.read(register, into: part) } catch { failure = error }
    }
    if let failure { throw .bus(failure, chip: name) }
  }

  /// Two registers, the high byte first.
  func readBigEndian(_ register: UInt8) throws(DeviceError) -> UInt16 {
    var word: UInt16 = 0
    var failure: I2CError?
    withUnsafeMutableBytes(of: &word) { bytes in
      // SAFETY: two bytes on the stack, filled within the call.
      do throws(I2CError) { try device.read(register, into: bytes) } catch { failure = error }
    }
    if let failure { throw .bus(failure, chip: name) }
    return UInt16(bigEndian: word)
  }

  /// Two registers, the low byte first.
  func readLittleEndian(_ register: UInt8) throws(DeviceError) -> UInt16 {
    try readBigEndian(register).byteSwapped
  }

  /// Eight registers, without storage of the caller's.
  func readEight(_ register: UInt8) throws(DeviceError) -> SIMD8<UInt8> {
    var bytes = SIMD8<UInt8>.zero
    var failure: I2CError?
    withUnsafeMutableBytes(of: &bytes) { all in
      // SAFETY: eight bytes on the stack, filled within the call.
      do throws(I2CError) { try device.read(register, into: all) } catch { failure = error }
    }
    if let failure { throw .bus(failure, chip: name) }
    return bytes
  }

  func write(_ value: UInt8, to register: UInt8) throws(DeviceError) {
    do throws(I2CError) { try device.write(value, to: register) } catch {
      throw .bus(error, chip: name)
    }
  }

  /// Two registers, the high byte first.
  func writeBigEndian(_ value: UInt16, to register: UInt8) throws(DeviceError) {
    let bytes = SIMD8<UInt8>(UInt8(value >> 8), UInt8(value & 0xFF), 0, 0, 0, 0, 0, 0)
    do throws(I2CError) { try device.write(bytes, count: 2, to: register) } catch {
      throw .bus(error, chip: name)
    }
  }

  /// Sends a register number and everything that goes there, in one transfer.
  func send(_ message: [UInt8]) throws(DeviceError) {
    var failure: I2CError?
    message.withUnsafeBytes { bytes in
      // SAFETY: the whole array, which outlives the call.
      do throws(I2CError) {
        try device.bus.transfer(
          address: device.address, writing: bytes,
          reading: UnsafeMutableRawBufferPointer(start: nil, count: 0))
      } catch { failure = error }
    }
    if let failure { throw .bus(failure, chip: name) }
  }

  /// Writes a setting and reads it back.
  /// Throws: `DeviceError.notAccepted` when it did not stay.
  func writeChecked(_ value: UInt8, to register: UInt8) throws(DeviceError) {
    try write(value, to: register)
    let back = try read(register)
    guard back == value else { throw notAccepted(value, at: register, read: back) }
  }

  func notAccepted(_ wrote: UInt8, at register: UInt8, read: UInt8) -> DeviceError {
    .notAccepted(
      chip: name, bus: device.bus.name, address: device.address, register: register, wrote: wrote,
      read: read)
  }

  /// Throws: `DeviceError.wrongIdentity` unless the register says `expected`; `others` are names of
  /// chips that say something else there.
  func requireIdentity(
    _ expected: UInt8, at register: UInt8, others: [UInt8: String]
  ) throws(DeviceError) {
    let found = try read(register)
    guard found == expected else {
      throw .wrongIdentity(
        chip: name, bus: device.bus.name, address: device.address, register: register,
        expected: expected, found: found, looksLike: others[found])
    }
  }
}
