// SPDX-License-Identifier: Apache-2.0

/// Why a log cannot be read on, with the place.
public struct McapError: Error, Equatable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    /// The system did not open or read it.
    case disk(DiskError)
    /// It does not begin as MCAP does.
    case notMcap
    /// Its bytes are not what they were when they were written; what is wrong with them.
    case damaged(String)
    /// A record has more bytes than this reader takes.
    case tooLarge(bytes: UInt64, limit: UInt64)
    /// Its chunks are packed in a way that is not read here.
    case compression(String)
  }

  public var path: String
  /// The record that it is about, in bytes from the file's beginning.
  public var offset: UInt64
  public var reason: Reason

  public init(path: String, offset: UInt64, reason: Reason) {
    (self.path, self.offset, self.reason) = (path, offset, reason)
  }

  public var description: String {
    let place = "\(path) at byte \(offset)"
    switch reason {
    case .disk(let error): return "\(error)"
    case .notMcap:
      return "\(path): not an MCAP file. Name one that `umwelt run --record` wrote."
    case .damaged(let what):
      return "\(place): damaged: \(what). Copy it again from where it was recorded; what is before "
        + "this place can be read."
    case .tooLarge(let bytes, let limit):
      return "\(place): a record of \(bytes) bytes, but at most \(limit) are read. Is it damaged? "
        + "Logs of other programs may have larger chunks: rewrite it with `mcap` and smaller ones."
    case .compression(let name):
      return "\(place): packed with \"\(name)\", but only lz4 is read here. Rewrite it: "
        + "mcap compress --compression lz4 FILE."
    }
  }
}

extension McapError.Reason {
  /// In a few words, for the end of a recording that was cut off.
  var words: String {
    switch self {
    case .disk(let error): "\(error)"
    case .notMcap: "it is no MCAP file"
    case .damaged(let what): what
    case .tooLarge(let bytes, _): "a record of \(bytes) bytes"
    case .compression(let name): "a chunk packed with \"\(name)\""
    }
  }
}

/// What a file lacks because its writer was killed or lost power. What is before it was read.
public struct McapLoss: Equatable, Sendable, CustomStringConvertible {
  /// Where what can be read ends.
  public var offset: UInt64
  /// Bytes after that which are of no use.
  public var bytes: UInt64
  /// What is wrong with them.
  public var what: String

  public var description: String {
    let rest = bytes == 0 ? "nothing behind it" : "\(bytes) bytes behind it are of no use"
    return "the recording was cut off (\(what)): it is whole up to byte \(offset), \(rest)"
  }
}
