// SPDX-License-Identifier: Apache-2.0
import Quantities

/// A chip on the simulated bus, as its datasheet describes it: it takes the bytes of a write and
/// answers with the bytes of a read.
package protocol FakeChip: AnyObject {
  /// Whether it acknowledges its address at this moment.
  var isAnswering: Bool { get }
  /// What the chip does when these bytes are written to it in one transfer.
  func receive(_ bytes: UnsafeRawBufferPointer)
  /// What the chip answers when it is read.
  func respond(into bytes: UnsafeMutableRawBufferPointer)
}

extension FakeChip {
  package var isAnswering: Bool { true }
}

/// The commonest chip: a file of 8-bit registers behind a register pointer, which the first byte
/// of a write sets.
package protocol FakeRegisterChip: FakeChip {
  /// The register of the next access. Nobody but the bus moves it.
  var pointer: UInt8 { get set }
  /// What the chip does when this register is written.
  func write(_ value: UInt8, to register: UInt8)
  /// What the chip answers when this register is read; reads may have side effects.
  func read(_ register: UInt8) -> UInt8
  /// Where the pointer goes after an access.
  func next(after register: UInt8) -> UInt8
}

extension FakeRegisterChip {
  package func receive(_ bytes: UnsafeRawBufferPointer) {
    guard let register = bytes.first else { return }
    pointer = register
    for byte in bytes.dropFirst() {
      write(byte, to: pointer)
      pointer = next(after: pointer)
    }
  }

  package func respond(into bytes: UnsafeMutableRawBufferPointer) {
    for i in bytes.indices {
      bytes[i] = read(pointer)
      pointer = next(after: pointer)
    }
  }
}

/// An IMU on the simulated bus, which feels how the robot moves.
package protocol FakeInertialChip: FakeChip {
  var fault: Fault { get set }
  /// The magnetometer in the same package, at 0x0C of the same bus; nil for none.
  var magnetometer: (any FakeMagnetometer)? { get }
  /// The chip has been in this motion for long: its filters have settled.
  func settle(in motion: Motion)
  /// Lets the chip feel `motion` for `dtS` seconds up to `now`, and sample when it is due.
  func feel(_ motion: Motion, dtS: Double, now: Instant)
}

extension FakeInertialChip {
  package var magnetometer: (any FakeMagnetometer)? { nil }
}
