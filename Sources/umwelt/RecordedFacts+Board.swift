// SPDX-License-Identifier: Apache-2.0
import Board
import Codecs
import Recorder

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension RecordedFacts {
  /// Larger than any file that describes a board.
  private static let limit = 1 << 20

  /// What is known of a run before it begins, with the files that it is made from.
  ///
  /// - Parameter stateFolder: of calibration.yaml.
  init(board: BoardDescription, stateFolder: String) throws {
    self.init()
    let paths = board.files.map(Self.full)
    let folder = Self.common(paths)
    for path in paths {
      let name = String(path.dropFirst(folder.count))
      boardFiles[name] = try FileBytes.read(path, limit: Self.limit)
    }
    boardPath = paths.first.map { String($0.dropFirst(folder.count)) } ?? ""
    let calibration = CalibrationFile.path(in: stateFolder)
    if access(calibration, F_OK) == 0 {
      calibrationText = try FileBytes.read(calibration, limit: Self.limit)
    }
  }

  /// Notes which model it is.
  mutating func note(model path: String) throws(DiskError) {
    modelPath = Self.full(path)
    modelCheck = try FileChecksum.crc32(of: path)
  }

  /// From the root on, without links and dots.
  private static func full(_ path: String) -> String {
    guard let found = realpath(path, nil) else { return path }
    defer { free(found) }
    // SAFETY: realpath's text is NUL-terminated and freed behind this copy.
    return String(cString: found)
  }

  /// The folder that all their folders are under, with the slash at its end: a board's folder has
  /// its name.
  private static func common(_ paths: [String]) -> String {
    guard let first = paths.first else { return "" }
    var folder = parent(parent(first))
    while folder.count > 1, !paths.allSatisfy({ $0.hasPrefix(folder) }) { folder = parent(folder) }
    return folder
  }

  private static func parent(_ path: String) -> String {
    String(path[...(path.dropLast().lastIndex(of: "/") ?? path.startIndex)])
  }
}

/// The files of a recording on disk again, while they are read.
final class UnpackedFiles {
  let folder: String
  private var files: [String] = []
  private var folders: [String] = []

  init(_ contents: [String: [UInt8]]) throws {
    var template = Array("/tmp/umwelt-replay-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ReplayError.noScratch(errno: errno) }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for (name, bytes) in contents {
      // What is in a log may not reach out of the folder.
      let parts = name.split(separator: "/")
      guard !parts.contains("..") else { continue }
      var place = folder
      for part in parts.dropLast() {
        place += "/" + part
        if mkdir(place, 0o700) == 0 { folders.append(place) }
      }
      let path = folder + "/" + parts.joined(separator: "/")
      files.append(path)
      try Self.write(bytes, to: path)
    }
  }

  deinit {
    for file in files { unlink(file) }
    for folder in folders.reversed() { rmdir(folder) }
    rmdir(folder)
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    guard let file = fopen(path, "w") else { throw ReplayError.noScratch(errno: errno) }
    let count = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, count == bytes.count else {
      throw ReplayError.noScratch(errno: errno)
    }
  }
}
