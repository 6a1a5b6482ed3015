// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Synchronization

/// Where one thread hands over what is to be recorded.
///
/// Nothing here waits, locks or asks for memory: what finds no room is dropped and counted, and the
/// count is recorded. Thread: one, always the same.
public final class RecordingPort: @unchecked Sendable {
  /// The thread's name in the drops that are recorded.
  public let name: String
  let ring: ByteRing
  private let sequences: UnsafeMutablePointer<UInt32>
  private let waits: Bool
  private let isStopped: StopFlag

  init(name: String, ringBytes: Int, waits: Bool, isStopped: StopFlag) {
    (self.name, self.waits, self.isStopped) = (name, waits, isStopped)
    ring = ByteRing(bytes: ringBytes)
    let count = Int(Topic.allCases.map(\.rawValue).max() ?? 0) + 1
    sequences = .allocate(capacity: count)
    sequences.initialize(repeating: 0, count: count)
  }

  deinit { sequences.deallocate() }

  /// Messages that found no room since the start.
  public var dropped: UInt64 { ring.dropped.load(ordering: .relaxed) }

  @inlinable
  public func record<Kind: Sample>(_ sample: Kind, at: Instant) {
    withUnsafeBytes(of: sample) { record(Kind.topic, at: at, $0) }
  }

  /// A camera's picture, when it was taken.
  public func record(_ frame: Frame) {
    let head = FrameHead(
      width: frame.width, height: frame.height, sequence: frame.sequence,
      capturedAt: frame.capturedAt)
    withUnsafeBytes(of: head) { head in
      frame.pixels.withUnsafeBytes { record(.frame, at: frame.capturedAt, head, $0) }
    }
  }

  /// Bytes as the topic has them.
  ///
  /// Precondition: those of its `Sample`, or a tape's.
  public func record(_ topic: Topic, at: Instant, _ bytes: UnsafeRawBufferPointer) {
    record(topic, at: at, bytes, UnsafeRawBufferPointer(start: nil, count: 0))
  }

  private func record(
    _ topic: Topic, at: Instant, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
  ) {
    guard !isStopped.isSet else { return }
    let number = Int(topic.rawValue)
    let head = RingHead(topic: topic.rawValue, sequence: sequences[number], at: at)
    sequences[number] &+= 1
    while !ring.put(head, first, second) {
      guard waits, !isStopped.isSet, first.count + second.count <= ring.capacity / 2 else {
        return ring.drop(at: at)
      }
      RecorderTime.pause(RecorderTime.shortWait)
    }
  }
}

/// Set once, by one thread for others.
final class StopFlag: Sendable {
  private let value = Atomic<Bool>(false)
  var isSet: Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}
