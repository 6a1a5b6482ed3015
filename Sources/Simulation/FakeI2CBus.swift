// SPDX-License-Identifier: Apache-2.0
import Buses

/// A simulated I2C bus: transfers reach fake chips by address; nobody home is a missing
/// acknowledge.
package final class FakeI2CBus: I2CBus {
  package let name: String
  private var chips: [UInt8: any FakeChip] = [:]
  private var pointers = [UInt8](repeating: 0, count: 128)
  private var isAnswering: (UInt8) -> Bool = { _ in true }

  package init(name: String) { self.name = name }

  package func attach(_ chip: any FakeChip, at address: UInt8) { chips[address] = chip }

  /// Decides, transfer by transfer, whether the chip at an address acknowledges.
  package func answer(when isAnswering: @escaping (UInt8) -> Bool) {
    self.isAnswering = isAnswering
  }

  package func transfer(
    address: UInt8, writing: UnsafeRawBufferPointer, reading: UnsafeMutableRawBufferPointer
  ) throws(I2CError) {
    guard let chip = chips[address], isAnswering(address) else {
      throw I2CError(bus: name, address: address, register: nil, reason: .noAcknowledge)
    }
    let slot = Int(address & 0x7F)
    if let register = writing.first {
      pointers[slot] = register
      for byte in writing.dropFirst() {
        chip.write(byte, to: pointers[slot])
        pointers[slot] = chip.next(after: pointers[slot])
      }
    }
    for i in reading.indices {
      reading[i] = chip.read(pointers[slot])
      pointers[slot] = chip.next(after: pointers[slot])
    }
  }
}
