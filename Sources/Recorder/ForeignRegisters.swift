// SPDX-License-Identifier: Apache-2.0

/// What a replay wrote into a chip that the recorded run did not: its registers read back so.
///
/// Chips of 8-bit register numbers that count up, as motor and servo drivers are.
struct ForeignRegisters {
  private var values: [UInt8: [UInt8: UInt8]] = [:]

  /// A register's number and what was written from there on.
  mutating func note(_ writing: UnsafeRawBufferPointer, to address: UInt8) {
    for (i, value) in writing.dropFirst().enumerated() {
      values[address, default: [:]][writing[0] &+ UInt8(truncatingIfNeeded: i)] = value
    }
  }

  /// The run wrote the same there.
  mutating func forget(_ writing: UnsafeRawBufferPointer, to address: UInt8) {
    guard values[address] != nil else { return }
    for i in 0..<max(0, writing.count - 1) {
      values[address]?[writing[0] &+ UInt8(truncatingIfNeeded: i)] = nil
    }
  }

  /// Puts them over what was read; whether all of it is known here.
  func overlay(
    _ reading: UnsafeMutableRawBufferPointer, from register: UInt8, of address: UInt8
  ) -> Bool {
    guard let chip = values[address] else { return false }
    var known = 0
    for i in reading.indices {
      guard let value = chip[register &+ UInt8(truncatingIfNeeded: i)] else { continue }
      reading[i] = value
      known += 1
    }
    return known == reading.count
  }
}
