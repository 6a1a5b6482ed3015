// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One file of the repository, its path relative to the root.
struct SourceFile: Sendable {
  let path: String
  let text: String

  var name: String { path.split(separator: "/").last.map(String.init) ?? path }
  var isSwift: Bool { path.hasSuffix(".swift") }
  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
  /// The text with comments and the insides of strings blanked, line by line as before.
  var code: String { Code.blank(text, path.hasSuffix(".swift") ? .swift : .c) }

  func isIn(_ folder: String) -> Bool { path.hasPrefix(folder + "/") }
}

/// The repository around this test.
enum SourceTree {
  static let root: URL = {
    let here = URL(fileURLWithPath: "\(#filePath)")
    return here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  }()

  /// What people write. Files without an ending are sources when they start with #!.
  static let endings: Set<String> = [
    "swift", "c", "h", "py", "sh", "modulemap", "js", "css", "html"
  ]

  /// Every source file under Sources, Tests and tools, sorted.
  static let files: [SourceFile] = ["Sources", "Tests", "tools"].flatMap(files(in:))

  /// Swift files of the libraries and commands.
  static let swiftSources = files.filter { $0.isSwift && $0.isIn("Sources") }

  static func file(_ path: String) -> SourceFile? {
    guard let text = text(path) else { return nil }
    return SourceFile(path: path, text: text)
  }

  static func names(in folder: String) -> [String] {
    let url = root.appendingPathComponent(folder)
    return ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted()
  }

  private static func text(_ path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: root.appendingPathComponent(path).path)
    else { return nil }
    return String(bytes: data, encoding: .utf8)
  }

  private static func files(in folder: String) -> [SourceFile] {
    let url = root.appendingPathComponent(folder)
    let all = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String } ?? []
    return all.sorted().compactMap { name in
      let isHidden = name.split(separator: "/").contains { $0.hasPrefix(".") }
      let ending = URL(fileURLWithPath: name).pathExtension
      guard !isHidden, ending.isEmpty || endings.contains(ending) else { return nil }
      guard let text = text("\(folder)/\(name)") else { return nil }
      if ending.isEmpty, !text.hasPrefix("#!") { return nil }
      return SourceFile(path: "\(folder)/\(name)", text: text)
    }
  }
}
