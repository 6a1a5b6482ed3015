// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The machine's /sys and /dev, below a root that tests choose. For looking around at the start;
/// what cannot be read is absent.
struct MachineFiles {
  /// Without a slash at its end: "" is the machine itself.
  let root: String

  init(root: String) {
    self.root = root.hasSuffix("/") ? String(root.dropLast()) : root
  }

  /// Where a path of the machine's ("/dev/i2c-1") really lies.
  func place(_ path: String) -> String { root + path }

  func exists(_ path: String) -> Bool { access(place(path), F_OK) == 0 }

  /// The names in a folder, those with numbers at their ends in the order of the numbers.
  func names(in folder: String) -> [String] {
    guard let stream = opendir(place(folder)) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      // SAFETY: the name ends in NUL inside the entry, which may end before d_name's 256 bytes do.
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
          String(cString: $0)
        }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { (trailingNumber($0) ?? -1, $0) < (trailingNumber($1) ?? -1, $1) }
  }

  /// An attribute of sysfs: its first line, at most 4095 bytes as everything in sysfs.
  func line(_ path: String) -> String? {
    // Device-tree texts end in NUL, sysfs's in a newline.
    bytes(path, limit: 4096).map {
      String(decoding: $0.prefix { $0 != 0 && $0 != 0x0A }, as: UTF8.self)
    }
  }

  /// A table of /proc or of a control group: its lines, cut into words.
  func rows(_ path: String) -> [[Substring]] {
    // The longest of them, memory.stat, has 3 KiB.
    let text = bytes(path, limit: 1 << 14).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return text.split(separator: "\n").map { $0.split(separator: " ") }
  }

  private func bytes(_ path: String, limit: Int) -> [UInt8]? {
    let file = open(place(path), O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = read(file, &bytes, bytes.count)
    return count >= 0 ? Array(bytes[..<count]) : nil
  }

  /// Where a link leads, all links followed; nil when there is none.
  func destination(of link: String) -> String? {
    guard let resolved = realpath(place(link), nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The last part of where a link leads.
  func nameOfDestination(of link: String) -> String? {
    destination(of: link).flatMap { $0.split(separator: "/").last.map(String.init) }
  }
}

/// 11 of "i2c-11"; nil of "i2c".
func trailingNumber(_ name: String) -> Int? {
  let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }
  return Int(String(digits.reversed()))
}

/// Whether `path` ends in all of `end`'s parts.
func path(_ path: String, endsIn end: String) -> Bool {
  let parts = end.split(separator: "/")
  return !parts.isEmpty && path.split(separator: "/").suffix(parts.count).elementsEqual(parts)
}
