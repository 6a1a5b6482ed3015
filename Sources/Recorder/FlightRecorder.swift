// SPDX-License-Identifier: Apache-2.0
import Quantities
import Threads
import Synchronization

/// Keeps what a robot saw, decided and did, and never holds it up.
///
/// ```
/// body thread   -- port --> ring --+
/// camera thread -- port --> ring --+--> recorder's thread: JSON, chunks, LZ4 --> FILE.mcap
/// mind thread   -- port --> ring --+
/// ```
/// Use: `port` for each thread, `record` on it; `trigger` at a fault; `finish` at the end. When
/// the disk refuses, the recording ends and the robot goes on. Thread: one owner, but for ports
/// and `trigger`.
public final class FlightRecorder {
  /// When what is recorded is written.
  public enum Mode: Sendable, Equatable {
    case always
    /// Only from `beforeS` before each trigger until `afterS` after it; the rest is forgotten.
    case aroundTriggers(beforeS: Double, afterS: Double)
  }

  /// What a recording is to be like.
  public struct Settings: Sendable {
    public var path: String
    public var mode = Mode.always
    /// Own choice: half an hour of the rover in all, in files that an editor opens at once.
    public var segmentBytes: UInt64 = 64 << 20
    public var totalBytes: UInt64 = 256 << 20
    /// Of each thread: own choice, ten seconds of the rover's pictures and tape.
    public var ringBytes = 2 << 20
    /// For simulated time only: a thread whose ring is full waits, and nothing is dropped.
    public var waitsWhenFull = false
    /// Where the zero of the robot's clock lies, in nanoseconds since 1970; 0 in simulated time.
    public var epochNs: Int64 = 0
    /// What states and log entries say, by number.
    public var words: [String] = []

    public init(path: String) { self.path = path }
  }

  private let ports: [RecordingPort]
  private let state: RecorderState
  private var thread: RoleThread?

  /// Begins the file and the thread.
  ///
  /// - Parameter threads: the names of those that will record.
  public convenience init(
    _ settings: Settings, threads: [String], attachments: [McapAttachment] = [],
    metadata: [McapMetadata] = []
  ) throws(DiskError) {
    try self.init(settings, threads: threads, attachments: attachments, metadata: metadata) {
      (path: String) throws(DiskError) in try FileSink(path)
    }
  }

  /// The same on any disk.
  package init(
    _ settings: Settings, threads: [String], attachments: [McapAttachment] = [],
    metadata: [McapMetadata] = [], create: @escaping SegmentFiles.Creation
  ) throws(DiskError) {
    let state = RecorderState()
    ports = threads.map {
      RecordingPort(
        name: $0, ringBytes: settings.ringBytes, waits: settings.waitsWhenFull,
        isStopped: state.isStopped)
    }
    let about = McapMetadata(
      name: "recording", values: ["epoch_ns": "\(settings.epochNs)", "format": "1"])
    let files = try SegmentFiles(
      settings.path,
      SegmentFiles.Limits(
        segmentBytes: settings.segmentBytes, totalBytes: settings.totalBytes),
      SegmentFiles.Preamble(attachments: attachments, metadata: [about] + metadata),
      create: create)
    let work = RecorderWork(settings, ports: ports, files: files, state: state)
    self.state = state
    do throws(ThreadError) {
      thread = try RoleThread(.recorder) { work.run() }
    } catch {
      state.stop(DiskError(path: settings.path, step: .open, errno: error.errno))
    }
  }

  deinit { finish() }

  /// The time of day, in nanoseconds since 1970.
  public static var timeOfDayNs: Int64 { RecorderTime.timeOfDayNs }

  /// Precondition: one of the threads named at the start.
  public func port(_ name: String) -> RecordingPort {
    guard let found = ports.first(where: { $0.name == name }) else {
      preconditionFailure("no thread \"\(name)\" was named")
    }
    return found
  }

  /// A fault: what was just before must not be lost. Never waits. Thread: any.
  public func trigger() { state.triggers.add(1, ordering: .relaxed) }

  /// Why nothing is recorded any more; nil while all is well.
  public var trouble: DiskError? { state.trouble }

  /// Messages that found no room since the start, of all threads.
  public var dropped: UInt64 { ports.reduce(0) { $0 + $1.dropped } }

  /// Writes what is there, ends the file. Idempotent; the ports take nothing more.
  public func finish() {
    state.isEnding.set()
    thread?.join()
    thread = nil
    state.isStopped.set()
  }
}
