// SPDX-License-Identifier: Apache-2.0

/// A chip with registers of 16 bits, the high byte first, behind a pointer of 8 bits, which stays
/// where it is.
package protocol FakeWordChip: FakeChip {
  /// The register of the next access. Nobody but the bus moves it.
  var pointer: UInt8 { get set }
  /// What the chip does when this register is written.
  func writeWord(_ value: UInt16, to register: UInt8)
  /// What the chip answers when this register is read; reads may have side effects.
  func readWord(_ register: UInt8) -> UInt16
}

extension FakeWordChip {
  package func receive(_ bytes: UnsafeRawBufferPointer) {
    guard let register = bytes.first else { return }
    pointer = register
    if bytes.count >= 3 { writeWord(UInt16(bytes[1]) << 8 | UInt16(bytes[2]), to: register) }
  }

  package func respond(into bytes: UnsafeMutableRawBufferPointer) {
    let word = readWord(pointer)
    for i in bytes.indices { bytes[i] = UInt8(i % 2 == 0 ? word >> 8 : word & 0xFF) }
  }
}

/// A supply on the simulated robot.
package struct Supply: Equatable, Sendable {
  package var voltageV: Double
  /// Positive: into the load.
  package var currentA: Double

  package init(voltageV: Double, currentA: Double) {
    (self.voltageV, self.currentA) = (voltageV, currentA)
  }
}

/// Rounds and clips to what a register can hold.
func counts(_ value: Double, _ range: ClosedRange<Double>) -> Int {
  Int(max(range.lowerBound, min(range.upperBound, value.rounded())))
}
