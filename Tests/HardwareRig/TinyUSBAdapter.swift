// SPDX-License-Identifier: Apache-2.0
import Buses

/// An i2c-tiny-usb adapter in front of a simulated bus: what a USB host's control requests do.
///
/// Source: the protocol of i2c-tiny-usb as its Linux driver speaks it,
/// drivers/i2c/busses/i2c-tiny-usb.c: commands 0 echo, 1 functions, 2 delay, 3 status, 4 to 7 one
/// message (bit 0 begins a transfer, bit 1 ends it); wValue holds the message's flags, wIndex its
/// address.
struct TinyUSBAdapter {
  static let vendor: UInt16 = 0x0403, product: UInt16 = 0xC631, version: UInt16 = 0x0205

  private enum Command {
    static let echo: UInt8 = 0, functions: UInt8 = 1, delay: UInt8 = 2, status: UInt8 = 3
    static let message: ClosedRange<UInt8> = 4...7, end: UInt8 = 2
  }
  private enum Status { static let acknowledged: UInt8 = 1, notAcknowledged: UInt8 = 2 }
  /// I2C_FUNC_I2C and every SMBus transfer made of I2C ones (linux/i2c.h).
  private static let functions: UInt32 = 0x0EFF_0009
  /// I2C_M_RD (linux/i2c.h).
  private static let read: UInt16 = 0x0001

  private let bus: any I2CBus
  private var status: UInt8 = 0
  /// What was written without an end: the next message reads from there.
  private var pending: [UInt8] = []

  init(bus: any I2CBus) { self.bus = bus }

  /// Answers one control request. `data` is filled by a read and taken by a write; how many bytes
  /// that is, or nil for a stall.
  mutating func control(
    type: UInt8, request: UInt8, value: UInt16, index: UInt16, _ data: UnsafeMutableRawBufferPointer
  ) -> Int? {
    guard type & 0x60 != 0 else { return descriptor(request, value, data) }
    switch request {
    case Command.echo: return put([UInt8(value & 0xFF), UInt8(value >> 8)], data)
    case Command.functions:
      return put((0..<4).map { UInt8(truncatingIfNeeded: Self.functions >> (8 * $0)) }, data)
    case Command.delay: return 0
    case Command.status: return put([status], data)
    case Command.message:
      guard index <= 0x7F else { return nil }
      return message(
        isRead: value & Self.read != 0, ends: request & Command.end != 0, UInt8(index), data)
    default: return nil
    }
  }

  private mutating func message(
    isRead: Bool, ends: Bool, _ address: UInt8, _ data: UnsafeMutableRawBufferPointer
  ) -> Int {
    status = Status.acknowledged
    if !isRead {
      pending += data
      // Linux looks for a chip with an empty write, which must reach the bus.
      if ends || data.isEmpty {
        transfer(address, UnsafeMutableRawBufferPointer(start: nil, count: 0))
      }
      return data.count
    }
    transfer(address, data)
    return data.count
  }

  private mutating func transfer(_ address: UInt8, _ reading: UnsafeMutableRawBufferPointer) {
    // SAFETY: the bytes live as long as the call; `reading` is the request's.
    pending.withUnsafeBytes { writing in
      do throws(I2CError) {
        try bus.transfer(address: address, writing: writing, reading: reading)
      } catch { status = Status.notAcknowledged }
    }
    pending = []
  }

  /// Standard requests of chapter 9 of the USB 2.0 specification.
  private func descriptor(
    _ request: UInt8, _ value: UInt16, _ data: UnsafeMutableRawBufferPointer
  ) -> Int? {
    switch request {
    case 0: return put([1, 0], data)  // GET_STATUS: self-powered
    case 1, 3, 5, 9, 11: return 0  // features, address, configuration, interface
    case 6: return Self.descriptors[value].map { put($0, data) }
    case 8: return put([1], data)  // GET_CONFIGURATION
    default: return nil
    }
  }

  /// By type in the high byte and number in the low one.
  private static let descriptors: [UInt16: [UInt8]] = [
    0x0100: [
      18, 1, 0x10, 0x01, 0xFF, 0, 0, 8, UInt8(vendor & 0xFF), UInt8(vendor >> 8),
      UInt8(product & 0xFF), UInt8(product >> 8), UInt8(version & 0xFF), UInt8(version >> 8), 1, 2,
      0, 1
    ],
    0x0200: [9, 2, 18, 0, 1, 1, 0, 0x80, 50, 9, 4, 0, 0, 0, 0xFF, 0, 0, 0],
    0x0300: [4, 3, 0x09, 0x04],
    0x0301: text("umwelt"), 0x0302: text("hardware-rig")
  ]

  private static func text(_ text: String) -> [UInt8] {
    [UInt8(2 + 2 * text.utf16.count), 3]
      + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
  }

  private func put(_ bytes: [UInt8], _ data: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(bytes.count, data.count)
    for i in 0..<count { data[i] = bytes[i] }
    return count
  }
}
