// SPDX-License-Identifier: Apache-2.0
import Codecs
import Guard

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension GuardRecord {
  /// Where the units of tools/systemd have it.
  static let usualFolder = "/var/lib/umwelt-guard"

  /// No record is as long as this.
  private static let most = 1 << 16

  static func path(folder: String) -> String { folder + "/" + GuardRecordFile.name }

  /// What is found of a record.
  enum Found {
    case none
    case whole(GuardRecord)
    /// There is one, but it cannot be read.
    case damaged

    var whole: GuardRecord? { if case .whole(let record) = self { record } else { nil } }
  }

  /// What `umwelt-guard --record FOLDER` wrote down last; none where it never stopped anything.
  static func read(folder: String) -> Found {
    let path = path(folder: folder)
    guard access(path, F_OK) == 0 else { return .none }
    do throws(FileError) {
      let bytes = try FileBytes.read(path, limit: most)
      return GuardRecord(String(decoding: bytes, as: UTF8.self)).map { .whole($0) } ?? .damaged
    } catch { return .damaged }
  }
}
