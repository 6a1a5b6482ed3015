// SPDX-License-Identifier: Apache-2.0
import Quantities
import Synchronization

/// What the recorder's thread and its owner tell each other.
final class RecorderState: Sendable {
  let isEnding = StopFlag()
  /// Nothing is taken any more.
  let isStopped = StopFlag()
  let triggers = Atomic<Int>(0)
  private let reason = Mutex<DiskError?>(nil)

  var trouble: DiskError? { reason.withLock { $0 } }

  func stop(_ error: DiskError) {
    reason.withLock { $0 = error }
    isStopped.set()
  }
}

/// The recorder's thread: rings in, chunks out. Unchecked: it belongs to that thread from the start
/// on.
final class RecorderWork: @unchecked Sendable {
  /// A chunk is closed when it has so many bytes or spans so much time: what is lost when the
  /// process is killed.
  static let chunkBytes = 256 << 10
  static let chunkNs: UInt64 = 1_000_000_000
  /// What is held back for a trigger is never more than this, packed: own choice.
  static let heldBytes = 16 << 20

  private let ports: [RecordingPort]
  private let files: SegmentFiles
  private let state: RecorderState
  private let writing: SampleWriting
  private let mode: FlightRecorder.Mode
  private var builder = ChunkBuilder(capacity: chunkBytes + (64 << 10))
  /// Whole chunks that come next.
  private var ready: [SealedChunk] = []
  private var openSinceNs = RecorderTime.monotonicNs
  private var dropsSeen: [UInt64]
  private var dropMessages: UInt32 = 0
  /// Whole chunks that wait for a trigger, oldest first.
  private var held: [SealedChunk] = []
  private var triggersSeen = 0
  /// Until when all is written; nil while things are held back.
  private var writesUntilNs: UInt64?

  init(
    _ settings: FlightRecorder.Settings, ports: [RecordingPort], files: SegmentFiles,
    state: RecorderState
  ) {
    (self.ports, self.files, self.state, mode) = (ports, files, state, settings.mode)
    writing = SampleWriting(words: settings.words, epochNs: settings.epochNs)
    dropsSeen = [UInt64](repeating: 0, count: ports.count)
  }

  /// The thread's life.
  func run() {
    do throws(DiskError) {
      while true {
        let isLast = state.isEnding.isSet
        try look(isLast: isLast)
        if isLast { return try files.finish() }
        RecorderTime.pause(RecorderTime.period)
      }
    } catch {
      state.stop(error)
    }
  }

  /// Takes what is there, and writes what is due.
  private func look(isLast: Bool) throws(DiskError) {
    for (index, port) in ports.enumerated() {
      port.ring.take { head, bytes in add(head, bytes, of: port) }
      noteDrops(of: port, index)
      for chunk in ready { try keep(chunk) }
      ready.removeAll(keepingCapacity: true)
    }
    try heedTriggers()
    let age = RecorderTime.monotonicNs - openSinceNs
    if isLast || age >= Int64(Self.chunkNs) { try close() }
  }

  private var isFull: Bool {
    builder.bytes >= Self.chunkBytes || builder.endNs - builder.startNs >= Self.chunkNs
  }

  private func add(_ head: RingHead, _ bytes: UnsafeRawBufferPointer, of port: RecordingPort) {
    guard let topic = Topic(rawValue: head.topic) else { return }
    builder.add(
      channel: topic.rawValue, sequence: head.sequence, timeNs: writing.timeNs(head.at)
    ) {
      writing.write(topic, bytes, at: head.at, thread: port.name, into: &$0)
    }
    if isFull { ready.append(builder.seal()) }
  }

  private func noteDrops(of port: RecordingPort, _ index: Int) {
    let total = port.ring.dropped.load(ordering: .acquiring)
    guard total != dropsSeen[index] else { return }
    let sample = DropsSample(dropped: total - dropsSeen[index], total: total)
    dropsSeen[index] = total
    let at = Instant(nanoseconds: port.ring.droppedAt.load(ordering: .relaxed))
    withUnsafeBytes(of: sample) {
      add(RingHead(topic: Topic.drops.rawValue, sequence: dropMessages, at: at), $0, of: port)
    }
    dropMessages &+= 1
  }

  /// Ends the chunk that is being filled.
  private func close() throws(DiskError) {
    openSinceNs = RecorderTime.monotonicNs
    if !builder.isEmpty { try keep(builder.seal()) }
  }

  /// Writes a chunk, or holds it back until something happens.
  private func keep(_ chunk: SealedChunk) throws(DiskError) {
    guard case .aroundTriggers(let beforeS, _) = mode else { return try files.write(chunk) }
    if let until = writesUntilNs, chunk.startNs <= until { return try files.write(chunk) }
    writesUntilNs = nil
    held.append(chunk)
    let oldest = chunk.endNs - min(chunk.endNs, UInt64(beforeS * 1e9))
    while let first = held.first, first.endNs < oldest || heldBytes > Self.heldBytes {
      held.removeFirst()
    }
  }

  private var heldBytes: Int { held.reduce(0) { $0 + $1.bytes.count } }

  private func heedTriggers() throws(DiskError) {
    let triggers = state.triggers.load(ordering: .relaxed)
    guard triggers != triggersSeen, case .aroundTriggers(_, let afterS) = mode else { return }
    triggersSeen = triggers
    try close()
    for chunk in held { try files.write(chunk) }
    writesUntilNs = (held.last?.endNs ?? writesUntilNs ?? 0) + UInt64(afterS * 1e9)
    held = []
  }
}
