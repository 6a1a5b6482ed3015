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

  /// Does several transfers in order, in as few goes as the controller can, which is cheaper than
  /// one by one; a repeated START may then stand where a STOP and a START would.
  ///
  /// Throws: what went wrong first. Some of the transfers may have happened; the error names the
  /// address of the first transfer of the go that failed.
  func transfer(_ batch: UnsafeBufferPointer<I2CTransfer>) throws(I2CError)
}

extension I2CBus {
  /// One by one.
  public func transfer(_ batch: UnsafeBufferPointer<I2CTransfer>) throws(I2CError) {
    for one in batch {
      try transfer(address: one.address, writing: one.writing, reading: one.reading)
    }
  }
}

/// One transfer of a batch: the arguments of `I2CBus.transfer(address:writing:reading:)`.
public struct I2CTransfer {
  public var address: UInt8
  public var writing: UnsafeRawBufferPointer
  public var reading: UnsafeMutableRawBufferPointer

  public init(
    address: UInt8, writing: UnsafeRawBufferPointer, reading: UnsafeMutableRawBufferPointer
  ) {
    (self.address, self.writing, self.reading) = (address, writing, reading)
  }
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
    /// A driver in the kernel has the chip, there called `device` ("1-0068"); two that speak to one
    /// chip would break each other's work.
    case claimed(driver: String, device: String)
    /// Any other errno of the kernel's.
    case system(errno: Int32)
  }

  public var bus: String
  public var address: UInt8
  public var register: UInt8?
  public var reason: Reason

  public init(bus: String, address: UInt8, register: UInt8?, reason: Reason) {
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
    case .claimed(let driver, let device):
      return
        "\(place): the kernel's driver \(driver) has this chip. To take it: echo \(device) | sudo "
        + "tee /sys/bus/i2c/drivers/\(driver)/unbind; for good, remove its overlay and restart."
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
