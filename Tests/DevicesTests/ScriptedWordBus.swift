// SPDX-License-Identifier: Apache-2.0
import Buses

/// A bus with one chip of plain registers wider than `ScriptedBus`'s, which keeps a trace of every
/// transfer.
///
/// Trace lines: `800D<1901` a write, `8000>0009` a read, `0400>252B` and `0000<4096B` bursts; `!`
/// behind a failed one.
final class ScriptedWordBus: I2CBus {
  let name = "i2c-1"
  let address: UInt8
  private(set) var trace: [String] = []
  /// Absent ones read as 0.
  var registers: [Int: UInt16] = [:]
  /// Registers that keep their value whatever is written.
  var stubborn: Set<Int> = []
  /// What the next reads of a register give, before its value does.
  var queued: [Int: [UInt16]] = [:]
  /// How every transfer ends; nil is well.
  var failure: I2CError.Reason?
  private let pointerBytes: Int
  private let valueBytes: Int

  /// - Parameters:
  ///   - pointerBytes: of a register's number.
  ///   - valueBytes: of a register.
  init(address: UInt8, pointerBytes: Int = 1, valueBytes: Int = 2) {
    (self.address, self.pointerBytes, self.valueBytes) = (address, pointerBytes, valueBytes)
  }

  func forget() { trace = [] }

  func transfer(
    address: UInt8, writing: UnsafeRawBufferPointer, reading: UnsafeMutableRawBufferPointer
  ) throws(I2CError) {
    let sent = writing.prefix(pointerBytes)
    let register = sent.reduce(0) { $0 << 8 | Int($1) }
    let place = sent.map(twoDigits).joined()
    if let reason = address == self.address ? failure : .noAcknowledge {
      trace.append(place + "!")
      throw I2CError(bus: name, address: address, register: nil, reason: reason)
    }
    let values = writing.dropFirst(pointerBytes)
    if !values.isEmpty {
      trace.append("\(place)<" + text(values.map(twoDigits)))
      for (offset, byte) in values.enumerated() {
        let at = register + offset / valueBytes
        if !stubborn.contains(at) { registers[at] = (registers[at] ?? 0) << 8 | UInt16(byte) }
      }
      if valueBytes == 1 {
        for at in register..<(register + values.count) {
          registers[at] = (registers[at] ?? 0) & 0xFF
        }
      }
    }
    guard !reading.isEmpty else { return }
    var word: UInt16 = 0
    for i in reading.indices {
      let at = register + i / valueBytes
      if i % valueBytes == 0 { word = next(at) }
      reading[i] = UInt8(valueBytes == 2 && i % 2 == 0 ? word >> 8 : word & 0xFF)
    }
    trace.append("\(place)>" + text(reading.map(twoDigits)))
  }

  private func next(_ register: Int) -> UInt16 {
    if let first = queued[register]?.first {
      queued[register]?.removeFirst()
      return first
    }
    return registers[register] ?? 0
  }

  private func text(_ bytes: [String]) -> String {
    bytes.count > 8 ? "\(bytes.count)B" : bytes.joined()
  }
}
