// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The newest value of one thread for another; neither ever waits for the other.
///
/// ```
/// writer fills its slot -- exchange --> middle slot -- exchange --> reader looks at its slot
/// ```
/// Three slots: one is the writer's, one the reader's, and the one in the middle changes hands.
/// Storage that a value owns is reused where it is filled in place: no memory is asked for.
/// Unchecked: the slots are guarded by who holds which number, which the compiler cannot see.
public final class Mailbox<Value: Sendable>: @unchecked Sendable {
  /// Set in the middle's number when the reader has not had it yet.
  private static var fresh: UInt8 { 4 }
  private static var number: UInt8 { 3 }

  private let slots: UnsafeMutablePointer<Value>
  private let middle = Atomic<UInt8>(1)
  private var writers: UInt8 = 0
  private var readers: UInt8 = 2

  public convenience init(_ first: Value) { self.init { first } }

  /// - Parameter make: called once for each slot, so that each has storage of its own.
  public init(_ make: () -> Value) {
    slots = .allocate(capacity: 3)
    for slot in 0..<3 { (slots + slot).initialize(to: make()) }
  }

  deinit {
    slots.deinitialize(count: 3)
    slots.deallocate()
  }

  /// Thread: the writer.
  public func put(_ value: Value) { fill { $0 = value } }

  /// Changes what the slot held, which is an older value, into the newest. Thread: the writer.
  public func fill(_ change: (inout Value) -> Void) {
    change(&slots[Int(writers)])
    let old = middle.exchange(writers | Self.fresh, ordering: .acquiringAndReleasing)
    writers = old & Self.number
  }

  /// Thread: the reader.
  public var newest: Value { look { $0 } }

  /// Looks at the newest value where it is. Thread: the reader.
  public func look<Result>(_ see: (Value) -> Result) -> Result {
    if isFresh {
      readers = middle.exchange(readers, ordering: .acquiringAndReleasing) & Self.number
    }
    return see(slots[Int(readers)])
  }

  /// Whether there is a value that the reader has not looked at. Thread: the reader.
  public var isFresh: Bool { middle.load(ordering: .relaxed) & Self.fresh != 0 }
}
