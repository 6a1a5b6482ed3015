// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The file system side of a board file: bytes, folders and paths.
enum BoardFile {
  /// A board is two pages of text: what is larger is a mistake, such as a model's path.
  static let sizeLimitBytes = 1_000_000

  /// Throws: unreadable, too large, or not UTF-8.
  static func text(path: String) throws(BoardError) -> String {
    let bytes = try contents(path)
    let text = String(decoding: bytes, as: UTF8.self)
    guard let wrong = firstDifference(bytes, text) else { return text }
    let before = bytes[..<wrong]
    let lineStart = (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    let place = Place(
      line: before.count { $0 == UInt8(ascii: "\n") } + 1,
      column: String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count + 1)
    throw failure(path, place, "not UTF-8 text", "Save the file as UTF-8 in your editor.")
  }

  /// The folders in `folder` that hold a board.yaml, sorted by name.
  static func boards(in folder: String) throws(BoardError) -> [String] {
    try entries(of: folder).filter {
      $0 != "." && $0 != ".." && exists("\(folder)/\($0)/board.yaml")
    }.sorted()
  }

  /// The files in `folder` that end so, without that ending, sorted.
  static func names(in folder: String, ending: String) throws(BoardError) -> [String] {
    try entries(of: folder).filter { $0.hasSuffix(ending) && !$0.hasPrefix(".") }
      .map { String($0.dropLast(ending.count)) }.sorted()
  }

  private static func entries(of folder: String) throws(BoardError) -> [String] {
    guard let directory = opendir(folder) else {
      throw failure(
        folder, nil, "cannot open the boards folder (\(reason(errno)))",
        "Give the folder that holds the boards, or a path to one board.yaml.")
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      // SAFETY: d_name is a NUL-terminated array inside the entry, valid until the next readdir.
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
          String(cString: $0)
        }
      }
      names.append(name)
    }
    return names
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The folder's own name, from the file system where the path does not tell.
  static func folderName(ofFile path: String) -> String? {
    guard let absolute = realpath(path, nil) else { return nil }
    defer { free(absolute) }
    return String(cString: absolute).split(separator: "/").dropLast().last.map(String.init)
  }

  /// The file itself, whatever path leads to it; the path where there is no file.
  static func identity(_ path: String) -> String {
    guard let absolute = realpath(path, nil) else { return path }
    defer { free(absolute) }
    return String(cString: absolute)
  }

  /// A path that starts at a folder, without needless `..` where no link makes them needed.
  static func join(_ folder: String, _ path: String) -> String {
    if path.hasPrefix("/") { return path }
    let joined = folder == "." ? path : "\(folder)/\(path)"
    var parts: [Substring] = []
    for part in joined.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    let short = (joined.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    return identity(short) == identity(joined) || !exists(joined) ? short : joined
  }

  /// What comes before the last slash, "." without one.
  static func folder(ofFile path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func contents(_ path: String) throws(BoardError) -> [UInt8] {
    // A pipe would have it wait for whoever writes there.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      throw failure(path, nil, "cannot open the board file (\(reason(errno)))", checkPath)
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else {
      throw failure(
        path, nil, "this is no regular file", "Write the text to a file, and name that.")
    }
    var bytes = [UInt8](repeating: 0, count: sizeLimitBytes + 1)
    var count = 0
    while count < bytes.count {
      // SAFETY: reads at most what is left of the array, which outlives the call.
      let got = bytes.withUnsafeMutableBytes { all in
        let rest = UnsafeMutableRawBufferPointer(rebasing: all[count...])
        return read(file, rest.baseAddress, rest.count)
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else {
        throw failure(path, nil, "cannot read the board file (\(reason(errno)))", checkPath)
      }
      if got == 0 { return Array(bytes[..<count]) }
      count += got
    }
    throw failure(
      path, nil, "larger than \(sizeLimitBytes) bytes",
      "A board file is short text: check the path.")
  }

  private static let checkPath = "Check the path and its permissions."

  private static func firstDifference(_ bytes: [UInt8], _ text: String) -> Int? {
    var index = 0
    for unit in text.utf8 {
      if index == bytes.count || bytes[index] != unit { return min(index, bytes.count) }
      index += 1
    }
    return nil
  }

  private static func reason(_ number: Int32) -> String {
    strerror(number).map { String(cString: $0) } ?? "error \(number)"
  }

  static func failure(
    _ path: String, _ place: Place?, _ what: String, _ remedy: String
  ) -> BoardError {
    BoardError([
      BoardProblem(kind: .file, path: path, place: place, what: what, remedy: remedy)
    ])
  }
}
