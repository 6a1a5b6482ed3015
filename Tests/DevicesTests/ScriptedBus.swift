// SPDX-License-Identifier: Apache-2.0
import Buses

/// A bus with one chip of plain registers, which keeps a trace of every transfer.
///
/// Trace lines: `6B<80` a write of 0x80 to register 0x6B, `75>68` a read of 0x75 that gave 0x68,
/// `06<00 00` a write of several registers, `74>12B` a burst of 12 bytes, `5E<128B` one of 128 out;
/// `!` behind a failed one, `0C:` before those to the magnetometer.
final class ScriptedBus: I2CBus {
  let name = "i2c-1"
  var bearsClockStretching = true
  let address: UInt8
  private(set) var trace: [String] = []
  var registers = [UInt8](repeating: 0, count: 256)
  /// Registers that keep their value whatever is written.
  var stubborn: Set<UInt8> = []
  /// What reads of `fifoRegister` take from, as from a FIFO.
  var fifo: [UInt8] = []
  var fifoRegister: UInt8 = 0x74
  /// The registers of a magnetometer at 0x0C; nil for none.
  var magnetometer: [UInt8]?
  /// Called before each transfer, with the register it is to.
  var before: (UInt8) -> Void = { _ in }
  /// How the next transfers end; nil is well. Empty is well for ever.
  var outcomes: [I2CError.Reason?] = []
  /// How every transfer ends once `outcomes` is empty.
  var lasting: I2CError.Reason?
  /// Lines that happen between transfers, such as a standby line's.
  func note(_ line: String) { trace.append(line) }

  init(address: UInt8) { self.address = address }

  func forget() { trace = [] }

  func transfer(
    address: UInt8, writing: UnsafeRawBufferPointer, reading: UnsafeMutableRawBufferPointer
  ) throws(I2CError) {
    before(writing.first ?? 0)
    let reason = outcomes.isEmpty ? lasting : outcomes.removeFirst()
    let isHome = address == self.address || (address == 0x0C && magnetometer != nil)
    if let reason = isHome ? reason : .noAcknowledge {
      trace.append(writing.map(twoDigits).joined(separator: " ") + "!")
      throw I2CError(bus: name, address: address, register: nil, reason: reason)
    }
    guard let register = writing.first else { return }
    if address == 0x0C { return toMagnetometer(writing, reading) }
    let place = twoDigits(register)
    if writing.count > 1 {
      let out = writing.dropFirst()
      let bytes = out.map(twoDigits).joined(separator: " ")
      trace.append("\(place)<" + (out.count > 100 ? "\(out.count)B" : bytes))
      for (offset, value) in writing.dropFirst().enumerated() {
        let at = register &+ UInt8(offset)
        if !stubborn.contains(at) { registers[Int(at)] = value }
      }
    }
    guard !reading.isEmpty else { return }
    for i in reading.indices {
      if register == fifoRegister {
        reading[i] = fifo.isEmpty ? 0xFF : fifo.removeFirst()
      } else {
        reading[i] = registers[Int(register) + i]
      }
    }
    trace.append(
      register == fifoRegister
        ? "\(place)>\(reading.count)B" : "\(place)>" + reading.map(twoDigits).joined(separator: " ")
    )
  }

  private func toMagnetometer(
    _ writing: UnsafeRawBufferPointer, _ reading: UnsafeMutableRawBufferPointer
  ) {
    guard var all = magnetometer, let register = writing.first else { return }
    let place = "0C:" + twoDigits(register)
    if writing.count > 1 {
      trace.append("\(place)<" + writing.dropFirst().map(twoDigits).joined(separator: " "))
      for (i, value) in writing.dropFirst().enumerated() { all[Int(register) + i] = value }
      magnetometer = all
    }
    guard !reading.isEmpty else { return }
    for i in reading.indices { reading[i] = all[Int(register) + i] }
    trace.append("\(place)>" + reading.map(twoDigits).joined(separator: " "))
  }
}

/// `0A` style.
func twoDigits(_ value: UInt8) -> String { String(hex(value).dropFirst(2)) }
