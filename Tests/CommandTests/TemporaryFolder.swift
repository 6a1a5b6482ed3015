// SPDX-License-Identifier: Apache-2.0
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A folder of a test's own that goes, with the files in it, when the object does.
final class TemporaryFolder {
  let path: String

  init() {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/umwelt-command-XXXXXX".utf8CString)
    let isMade = mkdtemp(&template) != nil
    let made = template.dropLast().map { UInt8(bitPattern: $0) }
    path = isMade ? String(decoding: made, as: UTF8.self) : "/nowhere"
  }

  deinit {
    for name in names where unlink("\(path)/\(name)") != 0 {
      for inner in Self.names(in: "\(path)/\(name)") { unlink("\(path)/\(name)/\(inner)") }
      rmdir("\(path)/\(name)")
    }
    rmdir(path)
  }

  /// What is in it, sorted.
  var names: [String] { Self.names(in: path) }

  /// Another name for what is elsewhere.
  func link(_ name: String, to target: String) throws {
    try #require(symlink(target, "\(path)/\(name)") == 0, "no link to \(target)")
  }

  private static func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var result: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { result.append(name) }
    }
    return result.sorted()
  }

  func remove(_ name: String) { unlink("\(path)/\(name)") }

  func write(_ bytes: some Sequence<UInt8>, _ name: String) -> String {
    let path = "\(path)/\(name)"
    let all = Array(bytes)
    guard let file = fopen(path, "wb") else { preconditionFailure("no temporary folder") }
    let written = fwrite(all, 1, all.count, file)
    precondition(fclose(file) == 0 && written == all.count, "the temporary folder is full")
    return path
  }

  static func read(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "rb") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&part, 1, part.count, file)
      if count == 0 { return bytes }
      bytes += part[..<count]
    }
  }
}
