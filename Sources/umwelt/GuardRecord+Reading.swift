// SPDX-License-Identifier: Apache-2.0
import Codecs
import Guard

extension GuardRecord {
  /// Where the units of tools/systemd have it.
  static let usualFolder = "/var/lib/umwelt-guard"

  /// No record is as long as this.
  private static let most = 1 << 16

  static func path(folder: String) -> String { folder + "/" + GuardRecordFile.name }

  /// What `umwelt-guard --record FOLDER` wrote down last; nil where it never stopped anything, and
  /// where the file is none of its own.
  static func read(folder: String) -> GuardRecord? {
    do throws(FileError) {
      let bytes = try FileBytes.read(path(folder: folder), limit: most)
      return GuardRecord(String(decoding: bytes, as: UTF8.self))
    } catch { return nil }
  }
}
