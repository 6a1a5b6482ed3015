// SPDX-License-Identifier: Apache-2.0

/// Bytes in storage that is made up front: nothing is asked for while they come.
final class TapeBuffer {
  /// What a tape's messages are called in a log.
  static let encoding = "umwelt-tape"

  private(set) var count = 0
  private(set) var capacity: Int
  private var storage: UnsafeMutableRawPointer
  /// Something did not fit since `clear`.
  private(set) var isOverfull = false

  init(capacity: Int) {
    self.capacity = capacity
    storage = .allocate(byteCount: capacity, alignment: 8)
    storage.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
  }

  deinit { storage.deallocate() }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: storage, count: count) }

  func clear() { (count, isOverfull) = (0, false) }

  /// Forgets what came after the first `count` bytes.
  func cut(to count: Int) { (self.count, isOverfull) = (count, false) }

  /// Asks for memory: while parts are opened only.
  func reserve(_ wanted: Int) {
    guard wanted > capacity else { return }
    let larger = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 8)
    larger.initializeMemory(as: UInt8.self, repeating: 0, count: wanted)
    larger.copyMemory(from: storage, byteCount: count)
    storage.deallocate()
    (storage, capacity) = (larger, wanted)
  }

  func put(_ byte: UInt8) {
    guard count < capacity else { return isOverfull = true }
    storage.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count += 1
  }

  func put(_ flag: Bool) { put(flag ? 1 as UInt8 : 0) }

  /// Seven bits a byte, the lowest first.
  func put(number: UInt64) {
    var rest = number
    while rest > 0x7F {
      put(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    put(UInt8(rest))
  }

  /// Small ones of either sign are short.
  func put(signed: Int64) { put(number: UInt64(bitPattern: (signed << 1) ^ (signed >> 63))) }

  func put(raw more: UnsafeRawBufferPointer) {
    guard let source = more.baseAddress, more.count > 0 else { return }
    guard more.count <= capacity - count else { return isOverfull = true }
    // SAFETY: there is room for `more`, as was just seen, and the two never overlap.
    (storage + count).copyMemory(from: source, byteCount: more.count)
    count += more.count
  }

  /// Behind its length.
  func put(_ text: String) {
    put(number: UInt64(text.utf8.count))
    for byte in text.utf8 { put(byte) }
  }

  /// Three bytes at a place that was put before.
  func patch(_ value: Int, at place: Int) {
    guard place + 3 <= count else { return }
    for i in 0..<3 {
      storage.storeBytes(
        of: UInt8(truncatingIfNeeded: value >> (8 * i)), toByteOffset: place + i, as: UInt8.self)
    }
  }
}

/// Reads what a `TapeBuffer` was given.
struct TapeCursor {
  private let bytes: ArraySlice<UInt8>
  private var at: Int
  /// The bytes ended before what was asked for: all of it was zeros.
  private(set) var isShort = false

  init(_ bytes: ArraySlice<UInt8>) { (self.bytes, at) = (bytes, bytes.startIndex) }

  var isAtEnd: Bool { at >= bytes.endIndex }

  mutating func byte() -> UInt8 {
    guard at < bytes.endIndex else {
      isShort = true
      return 0
    }
    defer { at += 1 }
    return bytes[at]
  }

  mutating func flag() -> Bool { byte() != 0 }

  mutating func number() -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      let next = byte()
      value |= UInt64(next & 0x7F) << shift
      if next & 0x80 == 0 { break }
    }
    return value
  }

  mutating func signed() -> Int64 {
    let value = number()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  mutating func raw(_ count: Int) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.endIndex - at else {
      isShort = true
      at = bytes.endIndex
      return []
    }
    defer { at += count }
    return bytes[at..<at + count]
  }

  mutating func rest() -> ArraySlice<UInt8> {
    defer { at = bytes.endIndex }
    return bytes[at...]
  }

  mutating func text() -> String {
    String(decoding: raw(Int(clamping: number())), as: UTF8.self)
  }
}
