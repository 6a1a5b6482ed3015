// SPDX-License-Identifier: Apache-2.0

/// A controller on one I2C bus.
///
/// Contract: `transfer` sends START, the address with W and all of `writing` (when not empty), then
/// a repeated START, the address with R and reads until `reading` is full (when not empty), then
/// STOP.
/// Nobody else's transfer comes between. It either completes or throws; on a throw the content of
/// `reading` is undefined. Addresses are 7-bit. Thread: one at a time.
public protocol I2CBus: AnyObject {
  /// How people find this bus ("i2c-1", a device path).
  var name: String { get }

  func transfer(
    address: UInt8, writing: UnsafeRawBufferPointer, reading: UnsafeMutableRawBufferPointer
  ) throws(I2CError)
}

/// Why a transfer did not happen, with the place.
public struct I2CError: Error, Equatable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    /// Nobody acknowledged the address (ENXIO on Linux).
    case noAcknowledge
    /// Arbitration was lost or a line is stuck.
    case busFault
    /// The chip held the clock too long, or the adapter gave up.
    case timedOut
    /// Any other errno of the kernel's.
    case system(errno: Int32)
  }

  public var bus: String
  public var address: UInt8
  /// Of 8 or 16 bits, as the chip numbers its registers.
  public var register: UInt16?
  public var reason: Reason

  public init(bus: String, address: UInt8, register: UInt16?, reason: Reason) {
    (self.bus, self.address, self.register, self.reason) = (bus, address, register, reason)
  }

  public var description: String {
    let place =
      "\(bus) address \(hex(address))" + (register.map { " register \(hex($0))" } ?? "")
    switch reason {
    case .noAcknowledge:
      return "\(place): no answer. Check power, SDA and SCL wiring and the address straps."
    case .busFault:
      return
        "\(place): the bus is stuck. Power-cycle the chip; look for a short or missing pull-ups."
    case .timedOut:
      return "\(place): timed out. Lower the bus speed; some chips stretch the clock."
    case .system(let errno):
      return "\(place): the kernel refused (errno \(errno))."
    }
  }
}

/// `0x0F` style, two digits at least.
public func hex(_ value: some BinaryInteger) -> String {
  let digits = String(UInt64(truncatingIfNeeded: value), radix: 16, uppercase: true)
  return "0x" + (digits.count < 2 ? "0" + digits : digits)
}
