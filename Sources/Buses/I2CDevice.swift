// SPDX-License-Identifier: Apache-2.0

/// One chip on a bus, spoken to register by register (8-bit register numbers, auto-increment).
public struct I2CDevice {
  public let bus: any I2CBus
  public let address: UInt8

  public init(bus: any I2CBus, address: UInt8) { (self.bus, self.address) = (bus, address) }

  /// Reads one register.
  public func read(_ register: UInt8) throws(I2CError) -> UInt8 {
    var value: UInt8 = 0
    var failure: I2CError?
    // SAFETY: `value` is one byte and outlives the call.
    withUnsafeMutableBytes(of: &value) { failure = fill($0, from: register) }
    if let failure { throw failure }
    return value
  }

  /// Reads `destination.count` consecutive registers (or one FIFO register that many times).
  public func read(
    _ register: UInt8, into destination: UnsafeMutableRawBufferPointer
  ) throws(I2CError) {
    if let failure = fill(destination, from: register) { throw failure }
  }

  /// Writes one register.
  public func write(_ value: UInt8, to register: UInt8) throws(I2CError) {
    try send(register, SIMD8(value, 0, 0, 0, 0, 0, 0, 0), count: 1)
  }

  /// Writes up to eight consecutive registers in one transfer.
  public func write(_ values: SIMD8<UInt8>, count: Int, to register: UInt8) throws(I2CError) {
    precondition(count >= 1 && count <= 8, "1 to 8 registers a transfer, not \(count)")
    try send(register, values, count: count)
  }

  private func fill(_ destination: UnsafeMutableRawBufferPointer, from register: UInt8) -> I2CError?
  {
    // SAFETY: `register` is one byte that outlives the call; `destination` is the caller's.
    withUnsafeBytes(of: register) { out in
      do throws(I2CError) {
        try bus.transfer(address: address, writing: out, reading: destination)
        return nil
      } catch { return error.at(register) }
    }
  }

  private func send(_ register: UInt8, _ values: SIMD8<UInt8>, count: Int) throws(I2CError) {
    var message: SIMD16<UInt8> = .zero
    message[0] = register
    for i in 0..<count { message[i + 1] = values[i] }
    var failure: I2CError?
    // SAFETY: `message` has 16 bytes, at most 9 are sent, and it outlives the call.
    withUnsafeBytes(of: message) { bytes in
      do throws(I2CError) {
        try bus.transfer(
          address: address, writing: UnsafeRawBufferPointer(rebasing: bytes[0...count]),
          reading: UnsafeMutableRawBufferPointer(start: nil, count: 0))
      } catch { failure = error.at(register) }
    }
    if let failure { throw failure }
  }
}

extension I2CError {
  fileprivate func at(_ register: UInt8) -> I2CError {
    var copy = self
    copy.register = UInt16(register)
    return copy
  }
}
