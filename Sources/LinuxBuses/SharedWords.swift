// SPDX-License-Identifier: Apache-2.0
import CLinux

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file in memory that two processes share, with a lane of eight words in each direction.
///
/// Neither side ever waits for the other, and one that dies leaves its last words. A read that
/// meets a write may mix old words with new ones: the last word is a check over the others
/// (`Heartbeat`, `GuardStanding`), so that such a mixture is nothing. Each lane has one writer at a
/// time, which a second one is told. Whoever cuts the file off makes both sides silent, no more.
/// Thread: one at a time.
public final class SharedWords {
  /// Who writes a lane.
  public enum Lane: UInt32, Sendable { case runtime, guardian }

  public let path: String
  private let file: Int32

  /// Opens the file for the runtime; for the guard, who makes it and stays, where `makes` says so.
  public init(_ path: String, makes: Bool) throws(SharedWordsError) {
    self.path = path
    let lane = makes ? Lane.guardian : .runtime
    var holder: Int32 = 0
    file = umwelt_share(path, makes ? 1 : 0, lane.rawValue, &holder)
    guard file >= 0 else {
      throw SharedWordsError(path: path, errno: -file, lane: lane, holder: holder)
    }
  }

  deinit { umwelt_unshare(file) }

  /// Everybody who looks sees these words from now on. What cannot be stored is silence there.
  public func store(_ words: SIMD8<UInt64>, in lane: Lane) {
    // SAFETY: eight words that outlive the call.
    withUnsafeBytes(of: words) { bytes in
      _ = umwelt_store_words(
        file, lane.rawValue, bytes.baseAddress?.assumingMemoryBound(to: UInt64.self))
    }
  }

  /// What was stored last, or a mixture of that and what is being stored; zeros at first, and when
  /// the file was cut off.
  public func load(_ lane: Lane) -> SIMD8<UInt64> {
    var words = SIMD8<UInt64>(repeating: 0)
    // SAFETY: as above.
    withUnsafeMutableBytes(of: &words) { bytes in
      _ = umwelt_load_words(
        file, lane.rawValue, bytes.baseAddress?.assumingMemoryBound(to: UInt64.self))
    }
    return words
  }
}

/// The shared memory cannot be had.
public struct SharedWordsError: Error, Equatable, CustomStringConvertible {
  public var path: String
  public var errno: Int32
  /// What was to be written there.
  public var lane: SharedWords.Lane
  /// The process that writes there already (EAGAIN); 0 where that is not known.
  public var holder: Int32

  package init(
    path: String, errno: Int32, lane: SharedWords.Lane = .runtime, holder: Int32 = 0
  ) {
    (self.path, self.errno, self.lane, self.holder) = (path, errno, lane, holder)
  }

  public var description: String {
    switch errno {
    case ENOENT:
      "\(path): there is no such shared memory, or no such folder. Make the folder and start "
        + "umwelt-guard --memory \(path) first."
    case EACCES, EPERM:
      "\(path): you may not use this shared memory. Run the guard and umwelt in one group."
    case EPROTO:
      "\(path): this file is no shared memory of umwelt-guard's, and stays as it is. Give another "
        + "path, or remove it."
    case EAGAIN:
      "\(path): \(lane == .runtime ? "another runtime" : "another umwelt-guard") uses this shared "
        + "memory, process \(holder). Stop it (kill \(holder)), or give each its own guard."
    default: "\(path): the shared memory cannot be had: \(words(for: errno))."
    }
  }
}
