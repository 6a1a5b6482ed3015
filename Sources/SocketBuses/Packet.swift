// SPDX-License-Identifier: Apache-2.0

/// Fills a packet from the front; what does not fit marks it as `isFull`.
struct PacketWriter {
  private let bytes: UnsafeMutableRawBufferPointer
  private(set) var count = 0
  private(set) var isFull = false

  init(_ bytes: UnsafeMutableRawBufferPointer) { self.bytes = bytes }

  mutating func add(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { add($0) }
  }

  mutating func add(_ value: Bool) { add(value ? UInt8(1) : 0) }

  mutating func add(_ source: UnsafeRawBufferPointer) {
    guard let room = take(source.count) else { return }
    room.copyMemory(from: source)
  }

  /// At most 255 bytes of it.
  mutating func add(_ text: String) {
    let count = min(255, text.utf8.count)
    add(UInt8(count))
    for byte in text.utf8.prefix(count) { add(byte) }
  }

  /// Room to be filled by somebody else.
  mutating func take(_ length: Int) -> UnsafeMutableRawBufferPointer? {
    guard length <= bytes.count - count else {
      isFull = true
      return nil
    }
    defer { count += length }
    return UnsafeMutableRawBufferPointer(rebasing: bytes[count..<(count + length)])
  }
}

/// Takes a packet apart from the front; nil where it is too short.
struct PacketReader {
  private var rest: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

  mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
    let size = MemoryLayout<Number>.size
    guard rest.count >= size else { return nil }
    let value = Number(littleEndian: rest.loadUnaligned(as: Number.self))
    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(size))
    return value
  }

  mutating func flag() -> Bool? { number(UInt8.self).map { $0 != 0 } }

  mutating func text() -> String? {
    guard let count = number(UInt8.self), rest.count >= Int(count) else { return nil }
    defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Int(count))) }
    return String(decoding: rest.prefix(Int(count)), as: UTF8.self)
  }

  /// Whatever is left.
  mutating func remainder() -> UnsafeRawBufferPointer {
    defer { rest = UnsafeRawBufferPointer(start: nil, count: 0) }
    return rest
  }

  var isAtEnd: Bool { rest.isEmpty }
}
