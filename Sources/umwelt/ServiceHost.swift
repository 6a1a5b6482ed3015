// SPDX-License-Identifier: Apache-2.0
import Board
import Codecs
import Console
import Intercom

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What the console asks of the service: files, the time, the log.
final class ServiceHost: ConsoleHost, Sendable {
  /// Nothing has been released yet.
  let version = "unreleased"
  let injections: [String]
  private let stateFolder: String
  private let goalFolder: String?
  private let goalSize: (width: Int, height: Int)?

  /// - Parameters:
  ///   - goalFolder: whose pictures can be named as goals; nil for none.
  ///   - goalSize: what the model sees; nil for one that sees no pictures.
  init(
    stateFolder: String, goalFolder: String?, goalSize: (width: Int, height: Int)?,
    injections: [String]
  ) {
    (self.stateFolder, self.goalFolder) = (stateFolder, goalFolder)
    (self.goalSize, self.injections) = (goalSize, injections)
  }

  var wallTime: String { UTC.now() }

  var goals: [String] {
    guard let goalFolder, goalSize != nil else { return [] }
    return BoardDescription.goalPictures(in: goalFolder)
  }

  func goal(_ name: String) throws(ConsoleError) -> GoalPicture {
    guard let goalFolder, let goalSize else {
      throw .impossible("see pictures")
    }
    do {
      let picture = try Picture(contentsOf: "\(goalFolder)/\(name)")
        .resized(width: goalSize.width, height: goalSize.height)
      return GoalPicture(name: name, pixels: picture.rgb)
    } catch {
      throw .host(what: "\(error)", fix: "Take it again: umwelt look --out \(goalFolder)/\(name)")
    }
  }

  func keep(_ picture: CameraPicture, as name: String) throws(ConsoleError) -> String {
    guard let goalFolder, goalSize != nil else { throw .impossible("see pictures") }
    let (file, width) = ("\(name).png", max(picture.width, 1))
    mkdir(goalFolder, 0o755)  // there may be one
    do throws(PictureError) {
      try Picture(width: width, height: picture.pixels.count / 3 / width, rgb: picture.pixels)
        .write(png: "\(goalFolder)/\(file)")
    } catch { throw .host(what: "\(error)", fix: "Check the folder \(goalFolder).") }
    return file
  }

  func save(_ settings: BoardSettings) throws(ConsoleError) {
    do throws(StateFileError) { try settings.save(folder: stateFolder) } catch {
      throw .host(what: error.reason + ": \(error.path).", fix: "\(error)")
    }
  }

  func note(_ line: String) { complain("umwelt: \(line)") }

  // Lines that were typed, the oldest first: an aid, whose loss nobody is told of.

  func readHistory() -> [String] {
    do throws(BoardError) {
      let found = try StateFile.load(historyPath, by: .machine, note: { _ in })
      let lines = (found?.text ?? "").split(separator: "\n").map(String.init)
      return lines.filter { !$0.hasPrefix("# crc32 ") }
    } catch { return [] }
  }

  func write(history: [String]) {
    do throws(StateFileError) {
      try StateFile.save(history.map { $0 + "\n" }.joined(), path: historyPath)
    } catch { complain("umwelt: \(error)") }
  }

  private var historyPath: String { "\(stateFolder)/console.history" }
}
