// SPDX-License-Identifier: Apache-2.0
import Codecs

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The files of /proc, /sys, /etc and /dev under some root. What cannot be read is nil or empty:
/// every system lacks some of them.
struct FactTree {
  /// No file of these is larger, but for pinmux-pins of a large chip.
  private static let limitBytes = 1 << 20

  /// Empty for the real one.
  private let root: String

  init(root: String) {
    self.root = root.hasSuffix("/") ? String(root.dropLast()) : root
  }

  /// The real path of a file of the tree.
  func place(_ path: String) -> String { root + path }

  func bytes(_ path: String) -> [UInt8]? {
    // A stored tree may hold a pipe, which would be waited for.
    var status = stat()
    guard stat(place(path), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    do throws(FileError) {
      return try FileBytes.read(place(path), limit: Self.limitBytes)
    } catch { return nil }
  }

  /// Without white space, and the device tree's final NUL, at both ends.
  func text(_ path: String) -> String? {
    bytes(path).map { trimmed(Substring(decoding: $0, as: UTF8.self)) }
  }

  func lines(_ path: String) -> [String] {
    (text(path) ?? "").split(separator: "\n").map(String.init)
  }

  func number(_ path: String) -> Int? { text(path).flatMap { Int($0) } }

  /// A 32-bit cell of the device tree.
  func cell(_ path: String) -> Int? {
    guard let bytes = bytes(path), bytes.count == 4 else { return nil }
    return bytes.reduce(0) { $0 << 8 | Int($1) }
  }

  func exists(_ path: String) -> Bool { access(place(path), F_OK) == 0 }

  /// The names in a folder, sorted; numbers at their ends by value.
  func names(in folder: String) -> [String] {
    guard let directory = opendir(place(folder)) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      // SAFETY: d_name is a NUL-terminated array inside the entry, valid until the next readdir.
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
          String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { ($0.count, $0) < ($1.count, $1) }
  }

  /// Where a path leads, links followed, as seen from the root.
  func target(_ path: String) -> String? {
    guard let absolute = realpath(place(path), nil) else { return nil }
    defer { free(absolute) }
    let text = String(cString: absolute)
    guard let start = realpath(root.isEmpty ? "/" : root, nil) else { return text }
    defer { free(start) }
    let prefix = String(cString: start)
    return prefix != "/" && text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
  }

  /// The last part of where a link leads: a driver's name.
  func targetName(_ path: String) -> String? {
    target(path)?.split(separator: "/").last.map(String.init)
  }

  func node(_ path: String) -> MachineFacts.DeviceNode? {
    var status = stat()
    guard stat(place(path), &status) == 0 else { return nil }
    return MachineFacts.DeviceNode(
      path: path, mode: Int(status.st_mode & 0o777), owner: Int(status.st_uid),
      group: Int(status.st_gid))
  }

  /// Bytes of the file system that holds the root.
  func space() -> (free: Int, total: Int)? {
    var status = statvfs()
    guard statvfs(place("/"), &status) == 0 else { return nil }
    // Some file systems in the network say all ones for "no limit".
    func bytes(_ blocks: some BinaryInteger) -> Int {
      let (product, overflows) = UInt64(blocks).multipliedReportingOverflow(
        by: UInt64(status.f_frsize))
      return overflows ? .max : Int(clamping: product)
    }
    return (bytes(status.f_bavail), bytes(status.f_blocks))
  }
}

/// Without white space and NULs at both ends.
func trimmed(_ text: Substring) -> String {
  func isBlank(_ character: Character) -> Bool { character.isWhitespace || character == "\0" }
  guard let first = text.firstIndex(where: { !isBlank($0) }),
    let last = text.lastIndex(where: { !isBlank($0) })
  else { return "" }
  return String(text[first...last])
}

/// The words of a line, any white space between them.
func words(_ line: String) -> [String] {
  line.split { $0 == " " || $0 == "\t" }.map(String.init)
}
