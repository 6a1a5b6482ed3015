// SPDX-License-Identifier: Apache-2.0

/// What a replay wrote into the chips of a bus, for those that the recorded run told otherwise:
/// their registers read back as they were written.
///
/// Chips of 8-bit register numbers that count up, as motor and servo drivers are.
struct ForeignRegisters {
  private var values: [UInt8: [UInt8: UInt8]] = [:]
  /// Chips that were told otherwise than in the recorded run.
  private var foreign: Set<UInt8> = []

  /// A register's number and what was written from there on.
  mutating func note(_ writing: UnsafeRawBufferPointer, to address: UInt8, isForeign: Bool) {
    for (i, value) in writing.dropFirst().enumerated() {
      values[address, default: [:]][writing[0] &+ UInt8(truncatingIfNeeded: i)] = value
    }
    if isForeign { foreign.insert(address) }
  }

  /// The recorded run told it something, this one nothing.
  mutating func miss(_ address: UInt8) { foreign.insert(address) }

  /// Puts what was written over what was read; whether all of it is known here.
  func overlay(
    _ reading: UnsafeMutableRawBufferPointer, from register: UInt8, of address: UInt8
  ) -> Bool {
    guard foreign.contains(address), let chip = values[address] else { return false }
    var known = 0
    for i in reading.indices {
      guard let value = chip[register &+ UInt8(truncatingIfNeeded: i)] else { continue }
      reading[i] = value
      known += 1
    }
    return known == reading.count
  }
}
