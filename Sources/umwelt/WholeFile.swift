// SPDX-License-Identifier: Apache-2.0
import Board

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Files that appear under their name whole or not at all.
enum WholeFile {
  /// Says before the work whether there is a place for its result.
  static func requirePlace(_ path: String) throws(AttitudeError) {
    try refuseSpecial(path)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    guard access(folder, W_OK | X_OK) == 0 else {
      throw .notWritten(path: path, why: String(cString: strerror(errno)))
    }
  }

  private static func refuseSpecial(_ path: String) throws(AttitudeError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw .notWritten(path: path, why: "it is not a regular file")
    }
  }

  /// Writes beside `path` first and then takes its place; what was there stays until then.
  static func save(_ bytes: [UInt8], to path: String) throws(AttitudeError) {
    try refuseSpecial(path)
    do throws(StateFileError) { try StateFile.stage(bytes, path: path).commit() } catch {
      throw .notWritten(path: path, why: error.reason)
    }
  }
}
