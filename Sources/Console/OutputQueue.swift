// SPDX-License-Identifier: Apache-2.0

/// What waits to be sent; bounded, because nobody may be reading.
struct OutputQueue {
  /// A dump of all parameters is 20 kB; a terminal that is further behind than this has no reader.
  static let limit = 65_536

  private var bytes: [UInt8] = []
  private var start = 0
  private(set) var dropped = 0
  /// All bytes that were ever added, taken or not.
  private(set) var offered = 0

  var count: Int { bytes.count - start }
  var isEmpty: Bool { count == 0 }
  var hasDropped: Bool { dropped > 0 }

  /// Adds them all, or counts them as dropped: never a part of an answer without the rest.
  mutating func add(_ more: [UInt8]) {
    offered += more.count
    guard dropped == 0, count + more.count <= Self.limit else {
      dropped += more.count
      return
    }
    if start > Self.limit { compact() }
    bytes += more
  }

  /// What was dropped is told from here on: how many bytes that was.
  mutating func takeDropped() -> Int {
    defer { dropped = 0 }
    return dropped
  }

  /// Hands out what waits; `send` says how much of it was taken.
  mutating func drain<Failure: Error>(
    _ send: (UnsafeRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) {
    guard !isEmpty else { return }
    var taken = 0
    var failure: Failure?
    // SAFETY: the slice lies inside the array, which outlives the call.
    bytes.withUnsafeBytes { all in
      do throws(Failure) {
        taken = try send(UnsafeRawBufferPointer(rebasing: all[start...]))
      } catch { failure = error }
    }
    start += min(max(taken, 0), count)
    if start == bytes.count { (bytes, start) = ([], 0) }
    if let failure { throw failure }
  }

  private mutating func compact() {
    bytes.removeFirst(start)
    start = 0
  }
}
