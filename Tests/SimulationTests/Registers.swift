// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Simulation

/// Transfers as a test writes them.
extension FakeI2CBus {
  func write(_ values: UInt8..., to register: UInt8, at address: UInt8) throws(I2CError) {
    _ = try send([register] + values, reading: 0, at: address)
  }

  func read(_ register: UInt8, count: Int = 1, at address: UInt8) throws(I2CError) -> [UInt8] {
    try send([register], reading: count, at: address)
  }

  private func send(
    _ out: [UInt8], reading count: Int, at address: UInt8
  ) throws(I2CError) -> [UInt8] {
    var answer = [UInt8](repeating: 0, count: count)
    var failure: I2CError?
    out.withUnsafeBytes { writing in
      answer.withUnsafeMutableBytes { reading in
        do throws(I2CError) {
          try transfer(address: address, writing: writing, reading: reading)
        } catch { failure = error }
      }
    }
    if let failure { throw failure }
    return answer
  }
}

/// A chip of 256 plain registers with a pointer that counts on.
final class PlainChip: FakeRegisterChip {
  var pointer: UInt8 = 0
  var registers = (0...255).map { UInt8($0) }
  func write(_ value: UInt8, to register: UInt8) { registers[Int(register)] = value }
  func read(_ register: UInt8) -> UInt8 { registers[Int(register)] }
  func next(after register: UInt8) -> UInt8 { register &+ 1 }
}

extension Instant {
  init(ms: Int64) { self.init(nanoseconds: ms * 1_000_000) }
}

/// Signed big-endian 16-bit numbers.
func words(_ bytes: [UInt8]) -> [Int] {
  stride(from: 0, to: bytes.count - 1, by: 2).map {
    Int(Int16(bitPattern: UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])))
  }
}
