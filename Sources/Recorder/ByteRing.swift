// SPDX-License-Identifier: Apache-2.0
import Quantities
import Synchronization

/// What stands before a message's bytes in a ring.
package struct RingHead: Equatable {
  package var topic: UInt16
  /// Counts the topic's messages, dropped ones too.
  package var sequence: UInt32
  package var at: Instant

  package init(topic: UInt16, sequence: UInt32, at: Instant) {
    (self.topic, self.sequence, self.at) = (topic, sequence, at)
  }
}

/// Messages of one thread on their way to another; neither ever waits for the other.
///
/// ```
/// producer: put --written--> [ .. head bytes | head bytes | .. ] --taken--> consumer: take
/// ```
/// A message lies in one piece: where it does not fit before the end, the rest is passed over.
/// Storage is made, and touched, up front. Unchecked: each byte is the producer's or the
/// consumer's by `written` and `taken`, which the compiler cannot see.
package final class ByteRing: @unchecked Sendable {
  /// Size (4 bytes; this head, bytes, and filling to eight), topic (2), nothing (2), sequence (4),
  /// count of the bytes (4), time (8).
  static let headBytes = 24
  /// In the place of a topic: nothing more before the end.
  private static let skip = UInt16.max

  package let capacity: Int
  /// Messages that did not fit. Written by the producer.
  let dropped = Atomic<UInt64>(0)
  /// When the last of them was to be recorded.
  let droppedAt = Atomic<Int64>(0)

  private let storage: UnsafeMutableRawPointer
  private let written = Atomic<Int>(0)
  private let taken = Atomic<Int>(0)
  /// The producer's own: what it has written, and what it last saw taken.
  private var end = 0
  private var knownTaken = 0

  /// - Parameter bytes: rounded up to a power of two.
  package init(bytes: Int) {
    precondition(bytes >= 256 && bytes <= 1 << 30, "a ring of \(bytes) bytes")
    capacity = 1 << (Int.bitWidth - (bytes - 1).leadingZeroBitCount)
    storage = .allocate(byteCount: capacity, alignment: 64)
    storage.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
  }

  deinit { storage.deallocate() }

  /// Adds a message of two parts; false when there is no room for it. Thread: the producer.
  package func put(
    _ head: RingHead, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
  ) -> Bool {
    let count = first.count + second.count
    guard count <= capacity / 2 else { return false }
    let size = (Self.headBytes + count + 7) & ~7
    let start = end & (capacity - 1)
    let passed = size <= capacity - start ? 0 : capacity - start
    if end + passed + size - knownTaken > capacity {
      knownTaken = taken.load(ordering: .acquiring)
      guard end + passed + size - knownTaken <= capacity else { return false }
    }
    // SAFETY: sizes are multiples of eight, so that a head's first eight bytes always fit before
    // the end; the message fits in one piece at `place`, and is not taken yet.
    if passed > 0 {
      storage.storeBytes(of: UInt32(passed), toByteOffset: start, as: UInt32.self)
      storage.storeBytes(of: Self.skip, toByteOffset: start + 4, as: UInt16.self)
    }
    let place = storage + ((end + passed) & (capacity - 1))
    place.storeBytes(of: UInt32(size), as: UInt32.self)
    place.storeBytes(of: head.topic, toByteOffset: 4, as: UInt16.self)
    place.storeBytes(of: head.sequence, toByteOffset: 8, as: UInt32.self)
    place.storeBytes(of: UInt32(count), toByteOffset: 12, as: UInt32.self)
    place.storeBytes(of: head.at.nanoseconds, toByteOffset: 16, as: Int64.self)
    copy(first, to: place + Self.headBytes)
    copy(second, to: place + Self.headBytes + first.count)
    end += passed + size
    written.store(end, ordering: .releasing)
    return true
  }

  /// Notes that a message was lost. Thread: the producer.
  func drop(at instant: Instant) {
    droppedAt.store(instant.nanoseconds, ordering: .relaxed)
    dropped.store(dropped.load(ordering: .relaxed) &+ 1, ordering: .releasing)
  }

  /// Hands over, oldest first, what was there when this began. Thread: the consumer.
  package func take(_ body: (RingHead, UnsafeRawBufferPointer) -> Void) {
    var at = taken.load(ordering: .relaxed)
    let limit = written.load(ordering: .acquiring)
    while at < limit {
      // SAFETY: between `taken` and `written` all is as `put` left it.
      let place = storage + (at & (capacity - 1))
      let size = Int(place.load(as: UInt32.self))
      let topic = place.load(fromByteOffset: 4, as: UInt16.self)
      if topic != Self.skip {
        let head = RingHead(
          topic: topic, sequence: place.load(fromByteOffset: 8, as: UInt32.self),
          at: Instant(nanoseconds: place.load(fromByteOffset: 16, as: Int64.self)))
        let count = Int(place.load(fromByteOffset: 12, as: UInt32.self))
        body(head, UnsafeRawBufferPointer(start: place + Self.headBytes, count: count))
      }
      at += size
      taken.store(at, ordering: .releasing)
    }
  }

  private func copy(_ bytes: UnsafeRawBufferPointer, to place: UnsafeMutableRawPointer) {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return }
    // SAFETY: the caller has room for `bytes.count` at `place`; the two never overlap.
    place.copyMemory(from: source, byteCount: bytes.count)
  }
}
