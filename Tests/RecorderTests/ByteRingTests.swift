// SPDX-License-Identifier: Apache-2.0
import Foundation
import Quantities
import Recorder
import Testing

@Suite("A ring between two threads")
struct ByteRingTests {
  private func put(_ ring: ByteRing, _ number: Int, bytes: Int) -> Bool {
    let head = RingHead(
      topic: UInt16(number % 7), sequence: UInt32(number), at: Instant(nanoseconds: Int64(number)))
    let content = [UInt8](repeating: UInt8(number & 255), count: bytes)
    return content.withUnsafeBytes { all in
      let half = all.count / 3
      return ring.put(
        head, UnsafeRawBufferPointer(rebasing: all[..<half]),
        UnsafeRawBufferPointer(rebasing: all[half...]))
    }
  }

  @Test("hands over what was put, in order and whole, however it wraps", arguments: [1, 2, 3])
  func order(seed: Int) {
    let ring = ByteRing(bytes: 1000)
    #expect(ring.capacity == 1024)
    var random = SeededGenerator(seed: UInt64(seed), stream: "ring")
    var (next, expected) = (0, 0)
    var sizes: [Int: Int] = [:]
    for _ in 0..<5000 {
      let size = Int(random.next() % 200)
      if random.next() % 3 > 0, put(ring, next, bytes: size) {
        sizes[next] = size
        next += 1
      } else if random.next() % 4 == 0 {
        ring.take { head, bytes in
          #expect(head.sequence == UInt32(expected) && head.topic == UInt16(expected % 7))
          #expect(head.at.nanoseconds == Int64(expected))
          #expect(bytes.count == sizes[expected])
          #expect(bytes.allSatisfy { $0 == UInt8(expected & 255) })
          expected += 1
        }
      }
    }
    ring.take { _, _ in expected += 1 }
    #expect(expected == next && next > 1000)
  }

  @Test("takes nothing more when it is full, and never a message of more than half of it")
  func full() {
    let ring = ByteRing(bytes: 256)
    #expect(!put(ring, 0, bytes: 129))
    #expect(put(ring, 0, bytes: 100) && put(ring, 1, bytes: 100))
    #expect(!put(ring, 2, bytes: 0))
    ring.take { _, _ in }
    #expect(put(ring, 2, bytes: 0))
  }

  @Test("loses nothing while both threads are busy")
  func threads() async {
    let ring = ByteRing(bytes: 4096)
    let count = 50_000
    let consumer = Task.detached { () -> Int in
      var expected = 0
      while expected < count {
        ring.take { head, bytes in
          let isRight =
            head.sequence == UInt32(expected)
            && bytes.allSatisfy { $0 == UInt8(expected & 255) }
          expected = isRight ? expected + 1 : .max
        }
        await Task.yield()
      }
      return expected
    }
    for number in 0..<count {
      while !put(ring, number, bytes: number % 90) { await Task.yield() }
    }
    #expect(await consumer.value == count)
  }
}
