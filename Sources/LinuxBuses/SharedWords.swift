// SPDX-License-Identifier: Apache-2.0
import CLinux

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file that two processes have mapped, with a lane of eight words in each direction.
///
/// Neither side ever waits for the other, and one that dies leaves its last words. A read that
/// meets a write may mix old words with new ones: the last word is a check over the others
/// (`Heartbeat`, `GuardStanding`), so that such a mixture is nothing. Thread: one at a time.
public final class SharedWords {
  /// Who writes a lane.
  public enum Lane: Int, Sendable { case runtime, guardian }

  /// A lane has a cache line for itself, and the one that is fetched with it.
  private static let laneBytes = 128
  private static let length = UInt64(2 * laneBytes)

  public let path: String
  private let memory: UnsafeMutableRawPointer

  /// Maps the file, which is made where `makes` says so: one side does, and stays.
  public init(_ path: String, makes: Bool) throws(SharedWordsError) {
    self.path = path
    var mapped: UnsafeMutableRawPointer?
    let result = umwelt_share(path, makes ? 1 : 0, Self.length, &mapped)
    guard result == 0, let mapped else {
      throw SharedWordsError(path: path, errno: -result)
    }
    memory = mapped
  }

  deinit { umwelt_unshare(memory, Self.length) }

  /// Everybody who looks sees these words from now on.
  public func store(_ words: SIMD8<UInt64>, in lane: Lane) {
    // SAFETY: eight words that outlive the call; the lane lies inside the mapping.
    withUnsafeBytes(of: words) { bytes in
      umwelt_store_words(
        memory + lane.rawValue * Self.laneBytes,
        bytes.baseAddress?.assumingMemoryBound(to: UInt64.self))
    }
  }

  /// What was stored last, or a mixture of that and what is being stored; zeros at first.
  public func load(_ lane: Lane) -> SIMD8<UInt64> {
    var words = SIMD8<UInt64>(repeating: 0)
    // SAFETY: as above.
    withUnsafeMutableBytes(of: &words) { bytes in
      umwelt_load_words(
        memory + lane.rawValue * Self.laneBytes,
        bytes.baseAddress?.assumingMemoryBound(to: UInt64.self))
    }
    return words
  }
}

/// The shared memory cannot be had.
public struct SharedWordsError: Error, Equatable, CustomStringConvertible {
  public var path: String
  public var errno: Int32

  package init(path: String, errno: Int32) { (self.path, self.errno) = (path, errno) }

  public var description: String {
    switch errno {
    case ENOENT:
      "\(path): there is no such shared memory, or no such folder. Make the folder and start "
        + "umwelt-guard --memory \(path) first."
    case EACCES, EPERM:
      "\(path): you may not use this shared memory. Run the guard and umwelt in one group."
    case EPROTO: "\(path): this is no shared memory of umwelt-guard's. Give another path."
    default: "\(path): the shared memory cannot be mapped: \(words(for: errno))."
    }
  }
}
