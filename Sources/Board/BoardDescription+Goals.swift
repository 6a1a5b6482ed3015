// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// The pictures in a folder that can be goals, sorted; none where there is no such folder.
  public static func goalPictures(in folder: String) -> [String] {
    do throws(BoardError) {
      var names: [String] = []
      for ending in [".png", ".jpg", ".jpeg", ".ppm"] {
        names += try BoardFile.names(in: folder, ending: ending).map { $0 + ending }
      }
      return names.sorted()
    } catch { return [] }
  }
}
