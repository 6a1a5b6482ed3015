// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// The AMG8833 at register level, made from Panasonic's Grid-EYE specifications: power modes,
/// reset, frame rate, 64 cells, thermistor, overflow flags, interrupt by absolute value. It looks
/// at a scene of temperatures.
package final class FakeAMG8833: FakeRegisterChip {
  private enum Register {
    static let power: UInt8 = 0x00, reset: UInt8 = 0x01, rate: UInt8 = 0x02, interrupt: UInt8 = 0x03
    static let status: UInt8 = 0x04, clear: UInt8 = 0x05, upper: UInt8 = 0x08, lower: UInt8 = 0x0A
    static let thermistor: UInt8 = 0x0E, table: UInt8 = 0x10, cells: UInt8 = 0x80
  }

  package var fault = Fault.ok
  package var pointer: UInt8 = 0
  /// The true temperature in front of each cell, cells row by row from number 1 on.
  package var sceneC: (_ cell: Int) -> Double
  package var ambientC: Double
  private let noiseC: Double
  private let clock: any Clock
  private var random: SeededGenerator
  private var registers = [UInt8](repeating: 0, count: 256)
  private var nextAt: Instant

  /// - Parameter noiseC: standard deviation; the specifications give 0.05 C at 1 Hz and 0.16 C at
  ///   10 Hz.
  package init(
    clock: any Clock, ambientC: Double = 25, noiseC: Double = 0.16, seed: UInt64 = 0,
    sceneC: @escaping (_ cell: Int) -> Double
  ) {
    (self.clock, self.ambientC, self.noiseC, self.sceneC) = (clock, ambientC, noiseC, sceneC)
    random = SeededGenerator(seed: seed, stream: "AMG8833")
    nextAt = clock.now
  }

  /// INT is low: a cell is outside the limits, and that is announced.
  package var isInterrupting: Bool {
    look()
    return registers[Int(Register.interrupt)] & 1 != 0 && registers[Int(Register.status)] & 2 != 0
  }

  private func word(_ register: UInt8) -> Int {
    let bits = UInt16(registers[Int(register) + 1]) << 8 | UInt16(registers[Int(register)])
    return Int(Int16(bitPattern: bits << 4) >> 4)
  }

  private func store(_ bits: Int, at register: Int) {
    registers[register] = UInt8(bits & 0xFF)
    registers[register + 1] = UInt8(bits >> 8 & 0x0F)
  }

  /// Takes a frame when one is due: ten a second, or one.
  private func look() {
    guard registers[Int(Register.power)] == 0, clock.now >= nextAt else { return }
    let isSlow = registers[Int(Register.rate)] & 1 != 0
    nextAt = clock.now + Interval(nanoseconds: isSlow ? 1_000_000_000 : 100_000_000)
    guard fault != .stuck else { return }
    let thermistor = counts(abs(ambientC) / 0.0625, 0...2047)
    store(thermistor | (ambientC < 0 ? 0x0800 : 0), at: Int(Register.thermistor))
    for i in 0..<8 { registers[Int(Register.table) + i] = 0 }
    for cell in 0..<64 {
      let counted = ((sceneC(cell) + noiseC * random.normal()) / 0.25).rounded()
      let value = counts(counted, -2048...2047)
      if counted != Double(value) { registers[Int(Register.status)] |= 0x04 }
      store(value, at: Int(Register.cells) + 2 * cell)
      if value > word(Register.upper) || value < word(Register.lower) {
        registers[Int(Register.table) + cell / 8] |= 1 << UInt8(cell % 8)
        registers[Int(Register.status)] |= 0x02
      }
    }
  }

  package func write(_ value: UInt8, to register: UInt8) {
    switch register {
    case Register.reset where value == 0x3F:
      for i in 0..<128 { registers[i] = 0 }
      nextAt = clock.now
    case Register.reset where value == 0x30:
      registers[Int(Register.status)] = 0
      for i in 0..<8 { registers[Int(Register.table) + i] = 0 }
    case Register.clear: registers[Int(Register.status)] &= ~(value & 0x0E)
    case Register.power, Register.rate, Register.interrupt, Register.upper...(Register.lower + 3):
      registers[Int(register)] = value
    default: return
    }
  }

  package func read(_ register: UInt8) -> UInt8 {
    look()
    switch register {
    case 0x75: return fault == .wrong ? 0x68 : 0
    case Register.cells... where fault == .garbage:
      return UInt8(truncatingIfNeeded: random.next())
    default: return registers[Int(register)]
    }
  }

  package func next(after register: UInt8) -> UInt8 { register &+ 1 }
}
