// SPDX-License-Identifier: Apache-2.0
import Board

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Files that appear under their name whole or not at all.
enum WholeFile {
  /// Writes beside `path` first and then takes its place; what was there stays until then.
  static func save(_ bytes: [UInt8], to path: String) throws(AttitudeError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw .notWritten(path: path, why: "it is not a regular file")
    }
    do throws(StateFileError) { try StateFile.stage(bytes, path: path).commit() } catch {
      throw .notWritten(path: path, why: error.reason)
    }
  }
}
