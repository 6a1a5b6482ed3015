// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The newest value of one thread for another; neither ever waits for the other.
///
/// ```
/// writer fills its slot -- exchange --> middle slot -- exchange --> reader looks at its slot
/// ```
/// Three slots: one is the writer's, one the reader's, and the one in the middle changes hands.
/// Unchecked: the slots are guarded by who holds which number, which the compiler cannot see.
final class Mailbox<Value: Sendable>: @unchecked Sendable {
  /// Set in the middle's number when the reader has not had it yet.
  private static var fresh: UInt8 { 4 }
  private static var number: UInt8 { 3 }

  private let slots: UnsafeMutablePointer<Value>
  private let middle = Atomic<UInt8>(1)
  private var writers: UInt8 = 0
  private var readers: UInt8 = 2

  init(_ first: Value) {
    slots = .allocate(capacity: 3)
    slots.initialize(repeating: first, count: 3)
  }

  deinit {
    slots.deinitialize(count: 3)
    slots.deallocate()
  }

  /// Thread: the writer.
  func put(_ value: Value) {
    slots[Int(writers)] = value
    let old = middle.exchange(writers | Self.fresh, ordering: .acquiringAndReleasing)
    writers = old & Self.number
  }

  /// Thread: the reader.
  var newest: Value {
    if middle.load(ordering: .relaxed) & Self.fresh != 0 {
      readers = middle.exchange(readers, ordering: .acquiringAndReleasing) & Self.number
    }
    return slots[Int(readers)]
  }
}
