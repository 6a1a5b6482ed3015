// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Values from one thread to another, in order, none overwritten; neither ever waits.
///
/// Made up front: nothing asks for memory later, as long as the values do not. What does not fit is
/// counted, not kept. Unchecked: one thread writes and one reads, which the compiler cannot see.
public final class Ring<Value: Sendable>: @unchecked Sendable {
  private let slots: UnsafeMutablePointer<Value>
  private let capacity: Int
  private let written = Atomic<Int>(0)
  private let read = Atomic<Int>(0)
  private let lost = Atomic<Int>(0)

  public init(capacity: Int, of value: Value) {
    precondition(capacity > 0)
    self.capacity = capacity
    slots = .allocate(capacity: capacity)
    slots.initialize(repeating: value, count: capacity)
  }

  deinit {
    slots.deinitialize(count: capacity)
    slots.deallocate()
  }

  /// Values that found the ring full.
  public var lostCount: Int { lost.load(ordering: .relaxed) }

  /// False where the ring is full. Thread: the writer.
  @discardableResult
  public func push(_ value: Value) -> Bool {
    let at = written.load(ordering: .relaxed)
    guard at - read.load(ordering: .acquiring) < capacity else {
      lost.add(1, ordering: .relaxed)
      return false
    }
    slots[at % capacity] = value
    written.store(at + 1, ordering: .releasing)
    return true
  }

  /// The oldest value; nil where there is none. Thread: the reader.
  public func pop() -> Value? {
    let at = read.load(ordering: .relaxed)
    guard at < written.load(ordering: .acquiring) else { return nil }
    let value = slots[at % capacity]
    read.store(at + 1, ordering: .releasing)
    return value
  }
}
