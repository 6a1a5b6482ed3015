// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// A simulated I2C bus: transfers reach fake chips by address; nobody home is a missing
/// acknowledge. It keeps count of the time that the transfers would take on a wire.
package final class FakeI2CBus: I2CBus {
  package let name: String
  package let speedHz: Double
  /// A simulated wire waits for whoever holds the clock.
  package var bearsClockStretching = true
  /// Clock cycles on the wire since the start: nine a byte (UM10204 3.1.5), one each for START and
  /// STOP.
  package private(set) var cycles = 0
  /// What noise makes of bytes that were read.
  package var spoil: ((UnsafeMutableRawBufferPointer) -> Void)?
  private var chips: [UInt8: any FakeChip] = [:]
  private var refusal: (UInt8) -> I2CError.Reason? = { _ in nil }

  package init(name: String, speedHz: Double = 400_000) {
    (self.name, self.speedHz) = (name, speedHz)
  }

  /// For how long the wires were busy.
  package var busyS: Double { Double(cycles) / speedHz }

  package func attach(_ chip: any FakeChip, at address: UInt8) { chips[address] = chip }

  /// Decides, transfer by transfer, why one to an address fails; nil lets it pass.
  package func refuse(_ refusal: @escaping (UInt8) -> I2CError.Reason?) { self.refusal = refusal }

  package func transfer(
    address: UInt8, writing: UnsafeRawBufferPointer, reading: UnsafeMutableRawBufferPointer
  ) throws(I2CError) {
    if let reason = refusal(address) ?? (isAnswering(address) ? nil : .noAcknowledge) {
      cycles += 11  // START, the address, STOP
      throw I2CError(bus: name, address: address, register: nil, reason: reason)
    }
    for count in [writing.count, reading.count] where count > 0 { cycles += 10 + 9 * count }
    cycles += 1
    if !writing.isEmpty { chips[address]?.receive(writing) }
    if !reading.isEmpty {
      chips[address]?.respond(into: reading)
      spoil?(reading)
    }
  }

  private func isAnswering(_ address: UInt8) -> Bool { chips[address]?.isAnswering ?? false }
}
