// SPDX-License-Identifier: Apache-2.0

/// Puts a board file on top of the files that it extends.
enum Bases {
  /// The whole board: the bases in their order, each on top of those before it, the file on top.
  ///
  /// Throws: a base that cannot be read, is no YAML, or extends itself, at the place that names it.
  /// - Parameter read: becomes the paths of all files that the board is made of, itself first.
  static func merge(
    _ file: Tree, path: String, read: inout [String]
  ) throws(BoardError) -> Tree {
    read = [path]
    return try merge(file, path: path, chain: [BoardFile.identity(path)], read: &read)
  }

  /// A robot stands on a handful; two bases that each name two and so on would take for ever.
  private static let limit = 100

  private static func merge(
    _ file: Tree, path: String, chain: [String], read: inout [String]
  ) throws(BoardError) -> Tree {
    var below: Tree?
    for base in names(file) {
      let basePath = BoardFile.join(BoardFile.folder(ofFile: path), base.value)
      let identity = BoardFile.identity(basePath)
      func refuse(_ what: String, _ remedy: String) -> BoardError {
        BoardError([
          BoardProblem(
            kind: .file, path: base.place.file ?? path, place: base.place, what: what,
            remedy: remedy)
        ])
      }
      guard !chain.contains(identity) else {
        throw refuse(
          "extends: '\(base.value)' extends this file in turn",
          "A file cannot stand on itself: remove one of the two.")
      }
      read.append(basePath)
      guard read.count <= limit + 1 else {
        throw refuse(
          "extends: more than \(limit) files, counted as often as they are named",
          "Name each base once.")
      }
      let text: String
      do throws(BoardError) { text = try BoardFile.text(path: basePath) } catch {
        let why = error.problems.first.map { "\($0.path): \($0.what)" } ?? ""
        throw refuse(
          "extends: \(why)",
          hint(basePath) + "The path starts at the folder of the file that names it.")
      }
      let tree = try BoardText.parse(text, path: basePath, file: basePath)
      let whole = try merge(tree, path: basePath, chain: chain + [identity], read: &read)
        .without("extends")
      below = below.map { whole.merged(onto: $0) } ?? whole
    }
    return below.map { file.merged(onto: $0) } ?? file
  }

  /// What its folder has instead.
  private static func hint(_ path: String) -> String {
    let folder = BoardFile.folder(ofFile: path)
    let name = String(path.dropFirst(folder.count).drop { $0 == "/" })
    do throws(BoardError) {
      let names = try BoardFile.names(in: folder, ending: ".yaml").map { $0 + ".yaml" }
      return nearest(to: name, among: names).map { "Did you mean '\($0)'? " } ?? ""
    } catch { return "" }
  }

  /// What `extends` names; what is no text there is reported with the other keys.
  private static func names(_ file: Tree) -> [Located<String>] {
    switch file["extends"] {
    case .scalar(let text, let place) where !text.isEmpty: [Located(value: text, place: place)]
    case .list(let items, _):
      items.compactMap { item in item.text.map { Located(value: $0, place: item.place) } }
    default: []
    }
  }
}
