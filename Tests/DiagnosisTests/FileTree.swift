// SPDX-License-Identifier: Apache-2.0
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A small tree of files in a temporary folder, gone with this object.
final class FileTree {
  let root: String

  /// - Parameter files: text by path; text that begins with "-> " is a symbolic link.
  init(_ files: [String: String]) throws {
    var template = Array("/tmp/umwelt-tree-XXXXXX".utf8CString)
    // SAFETY: mkdtemp writes within the template's own bytes.
    let made = template.withUnsafeMutableBufferPointer { text in
      text.baseAddress.map { mkdtemp($0) != nil } ?? false
    }
    try #require(made, "no temporary folder")
    root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for (path, text) in files { try add(text, at: path) }
  }

  private func add(_ text: String, at path: String) throws {
    var folder = root
    for part in path.split(separator: "/").dropLast() {
      folder += "/\(part)"
      mkdir(folder, 0o755)
    }
    let place = root + path
    if text.hasPrefix("-> ") {
      try #require(symlink(String(text.dropFirst(3)), place) == 0, "no link \(place)")
      return
    }
    let file = try #require(fopen(place, "w"), "no file \(place)")
    let bytes = Array(text.utf8)
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }

  deinit { remove(root) }

  private func remove(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR, let folder = opendir(path) else {
      unlink(path)
      return
    }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    closedir(folder)
    for name in names where name != "." && name != ".." { remove("\(path)/\(name)") }
    rmdir(path)
  }
}
