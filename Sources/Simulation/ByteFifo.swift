// SPDX-License-Identifier: Apache-2.0

/// The FIFO inside a fake chip: a ring of bytes that drops its oldest when full.
struct ByteFifo {
  let capacity: Int
  /// Something was dropped since the last `removeAll`.
  private(set) var hasOverflowed = false
  private(set) var count = 0
  private var bytes: [UInt8]
  private var head = 0

  init(capacity: Int) {
    self.capacity = capacity
    bytes = [UInt8](repeating: 0, count: capacity)
  }

  mutating func removeAll() { (head, count, hasOverflowed) = (0, 0, false) }

  mutating func push(_ byte: UInt8) {
    if count == capacity { drop(1) }
    bytes[(head + count) % capacity] = byte
    count += 1
  }

  /// One record at a time: room for it is made by dropping whole ones.
  mutating func push(record: [UInt8]) {
    if count + record.count > capacity { drop(record.count) }
    for byte in record { push(byte) }
  }

  /// The oldest byte; nil when there is none.
  mutating func pop() -> UInt8? {
    guard count > 0 else { return nil }
    defer { (head, count) = ((head + 1) % capacity, count - 1) }
    return bytes[head]
  }

  private mutating func drop(_ dropped: Int) {
    (head, count, hasOverflowed) = ((head + dropped) % capacity, count - dropped, true)
  }
}
