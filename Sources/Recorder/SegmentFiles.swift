// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A recording on disk: files of a limited size, of which the oldest goes when all together would
/// be too large. Each is whole for itself.
///
/// drive.mcap, drive-2.mcap, drive-3.mcap, ...
package final class SegmentFiles {
  let path: String
  private let limits: Limits
  private let start: Preamble
  private let create: Creation
  private var writer: McapWriter?
  /// The files that are there, oldest first; the last is being written.
  private var files: [(path: String, bytes: UInt64)] = []
  private var number = 0
  private var lastSyncNs: Int64 = 0

  /// How a file is begun.
  package typealias Creation = @Sendable (String) throws(DiskError) -> any ByteSink

  /// How large it may get.
  struct Limits {
    var segmentBytes: UInt64
    var totalBytes: UInt64
  }

  /// What every file begins with.
  struct Preamble {
    var attachments: [McapAttachment]
    var metadata: [McapMetadata]
  }

  /// Power lost takes at most so much with it, and what is not written yet.
  private static let syncPeriodNs: Int64 = 1_000_000_000

  /// Begins the first file; an older recording of that name goes.
  init(
    _ path: String, _ limits: Limits, _ start: Preamble, create: @escaping Creation
  ) throws(DiskError) {
    (self.path, self.limits, self.start, self.create) = (path, limits, start, create)
    for old in Self.paths(of: path).dropFirst() { try Self.remove(old) }
    try open()
  }

  func write(_ chunk: SealedChunk) throws(DiskError) {
    let wanted = (writer?.position ?? 0) + UInt64(chunk.bytes.count)
    if wanted > limits.segmentBytes, let writer, writer.statistics.chunks > 0 {
      try finish()
      try open()
    }
    guard let writer else { return }
    try writer.write(chunk)
    files[files.count - 1].bytes = writer.position
    try makeRoom()
    let now = RecorderTime.monotonicNs
    if now - lastSyncNs >= Self.syncPeriodNs {
      try writer.sync()
      lastSyncNs = now
    }
  }

  func finish() throws(DiskError) {
    guard let writer else { return }
    try writer.finish()
    files[files.count - 1].bytes = writer.position
    self.writer = nil
  }

  /// All files of a recording, in their order: its first, and those beside it with a number.
  package static func paths(of path: String) -> [String] {
    let folder =
      path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) : "."
    let (stem, ending) = parts(of: path.split(separator: "/").last.map(String.init) ?? path)
    var numbers: [Int] = []
    if let listing = opendir(folder.isEmpty ? "/" : folder) {
      defer { closedir(listing) }
      while let entry = readdir(listing) {
        // SAFETY: the name is NUL-terminated, in place (an entry may be shorter than its type), and
        // copied before the next call.
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
            String(cString: $0)
          }
        }
        let (other, otherEnding) = parts(of: name)
        guard otherEnding == ending, other.hasPrefix(stem + "-"),
          let number = Int(other.dropFirst(stem.count + 1)), number > 1
        else { continue }
        numbers.append(number)
      }
    }
    return [path] + numbers.sorted().map { Self.path(path, number: $0) }
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  static func path(_ path: String, number: Int) -> String {
    guard number > 1 else { return path }
    let (stem, ending) = parts(of: path)
    return "\(stem)-\(number)\(ending)"
  }

  /// "a/drive.mcap" -> "a/drive", ".mcap".
  private static func parts(of path: String) -> (stem: String, ending: String) {
    guard path.hasSuffix(".mcap") else { return (path, "") }
    return (String(path.dropLast(5)), ".mcap")
  }

  private func open() throws(DiskError) {
    number += 1
    let file = Self.path(path, number: number)
    let writer = try McapWriter(
      to: try create(file), library: "umwelt", schemas: Topic.allCases.compactMap(\.schema),
      channels: Topic.allCases.map(\.channel))
    for metadata in start.metadata { try writer.write(metadata) }
    for attachment in start.attachments { try writer.write(attachment) }
    files.append((file, writer.position))
    self.writer = writer
  }

  /// Removes the oldest until the file that is written may become as large as a file may.
  private func makeRoom() throws(DiskError) {
    while files.count > 1 {
      let older = files.dropLast().reduce(0) { $0 + $1.bytes }
      if older + limits.segmentBytes <= limits.totalBytes { return }
      try Self.remove(files.removeFirst().path)
    }
  }

  private static func remove(_ path: String) throws(DiskError) {
    guard unlink(path) < 0, errno != ENOENT else { return }
    throw DiskError(path: path, step: .remove, errno: errno)
  }
}
