// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite("Every source file")
struct FileTests {
  static let licence = "SPDX-License-Identifier: Apache-2.0"
  static let maximumLines = 300
  static let maximumColumns = 100
  static let maximumFunctionLines = 60
  /// Register tables and kernels that are one long list; each with its reason.
  static let longFiles: Set<String> = []
  /// Folders whose functions may be long: a kernel is one loop nest.
  static let longFunctions = ["Sources/CKernels"]
  // Written in two parts, so that this file does not break its own rule.
  static let unfinished = ["TO" + "DO", "FIX" + "ME"]
  static let vagueNames = ["Utils", "Helper", "Manager", "Common"]

  @Test("exists: the tests below look at something")
  func exists() {
    #expect(SourceTree.files.count > 150)
    #expect(SourceTree.swiftSources.count > 100)
    #expect(SourceTree.files.contains { $0.path == "Sources/Safety/Gate.swift" })
    #expect(SourceTree.files.contains { $0.path.hasSuffix(".c") })
    #expect(SourceTree.files.contains { $0.path.hasSuffix(".py") })
  }

  @Test("states its licence first")
  func licence() {
    for file in SourceTree.files + [SourceTree.file("Package.swift")].compactMap({ $0 }) {
      let isSecond = file.text.hasPrefix("#!") || file.path == "Package.swift"
      let line = file.lines.dropFirst(isSecond ? 1 : 0).first ?? ""
      if !line.contains(Self.licence) {
        Issue.record("\(file.path):\(isSecond ? 2 : 1): write a comment with \(Self.licence)")
      }
    }
  }

  @Test("has at most 300 lines")
  func fileLength() {
    for file in SourceTree.files where !Self.longFiles.contains(file.path) {
      let count = file.lines.count - (file.text.hasSuffix("\n") ? 1 : 0)
      if count > Self.maximumLines { Issue.record("\(file.path): \(count) lines, split it") }
    }
    for path in Self.longFiles { #expect(SourceTree.file(path) != nil, "\(path) is gone") }
  }

  @Test("has functions of at most 60 lines")
  func functionLength() {
    for file in SourceTree.files where !Self.longFunctions.contains(where: file.isIn) {
      for function in FunctionLength.all(in: file)
      where function.length > Self.maximumFunctionLines {
        Issue.record("\(file.path):\(function.line): a function of \(function.length) lines")
      }
    }
  }

  @Test("has lines of at most 100 columns, if it is Swift")
  func columns() {
    for file in SourceTree.files + [SourceTree.file("Package.swift")].compactMap({ $0 })
    where file.isSwift {
      for (number, line) in file.lines.enumerated() where line.count > Self.maximumColumns {
        Issue.record("\(file.path):\(number + 1): \(line.count) columns")
      }
    }
  }

  @Test("is finished")
  func finished() {
    for file in SourceTree.files {
      for (number, line) in file.lines.enumerated() {
        for word in Self.unfinished where line.contains(word) {
          Issue.record("\(file.path):\(number + 1): \(word)")
        }
      }
    }
  }

  @Test("has a name that says what is in it")
  func names() {
    for file in SourceTree.files {
      for word in Self.vagueNames where file.name.contains(word) {
        Issue.record("\(file.path): \(word) says nothing")
      }
    }
  }

  @Test("of the libraries and commands has none of these", arguments: Ban.allCases)
  func bans(ban: Ban) {
    for file in SourceTree.swiftSources {
      for line in ban.lines(in: file.code) { Issue.record("\(file.path):\(line): \(ban.rawValue)") }
    }
  }

  @Test("of the tests uses what everybody may use: @testable does not build for release")
  func testable() {
    for file in SourceTree.files where file.isSwift && file.isIn("Tests") {
      for line in Ban.testable.lines(in: file.code) {
        Issue.record("\(file.path):\(line): \(Ban.testable.rawValue)")
      }
    }
  }

  @Test("lies in a folder that the top level may have")
  func topLevel() {
    let allowed: Set = ["Package.swift", "README.md", "Sources", "Tests", "boards", "tools"]
    let ignored = Set((SourceTree.file(".gitignore")?.lines ?? []).map(String.init))
    for name in SourceTree.names(in: ".") where !name.hasPrefix(".") {
      #expect(allowed.contains(name) || ignored.contains(name), "\(name) at the top level")
    }
    #expect(SourceTree.names(in: ".").contains("Sources"))
  }
}
