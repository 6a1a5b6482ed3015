// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite("The tidy tests' own eyes")
struct CheckerTests {
  @Test(
    "comments and texts are blanked, code between them is not",
    arguments: [
      ("a // b! c\nd", "a\nd"), ("a /* b /* c */ d */ e", "a e"),
      (#"f("x! y") + g"#, #"f("") + g"#),
      (#""\(a!) b""#, #""a!""#), (#""\(f("x"))" + y"#, #""f("")" + y"#),
      ("#\"a\\\" b\"# + c", "#\"\"# + c"), ("\"\"\"\n a! \" b\n\"\"\" + c", "\"\"\"\n\n\"\"\" + c"),
      (#""a\"b!" + c"#, #""" + c"#)
    ])
  func blanks(text: String, expected: String) {
    let code = Code.blank(text, .swift)
    func squeezed(_ text: String) -> String { text.filter { $0 != " " } }
    // Closing parentheses of interpolations are text; the opening escape is, too.
    #expect(squeezed(code).filter { $0 != ")" } == squeezed(expected).filter { $0 != ")" })
    #expect(code.count == text.count)
    #expect(code.filter { $0 == "\n" } == text.filter { $0 == "\n" })
  }

  @Test("C's characters are no strings")
  func c() {
    #expect(Code.blank("x = '\"'; y // z", .c) == "x = ' '; y     ")
  }

  static let unwraps = [
    "a!", "a! + b", "f()!", "a[0]!", "x!.y", "var a: Int!", "var a: [Int]!", "Set<Int>!", "\"x\"!"
  ]
  static let fine = ["!a", "a != b", "(!a)", "a && !b", "if !f() {", "x = !y", "a!=b", "#if !DEBUG"]

  @Test("force unwraps are seen", arguments: unwraps)
  func sees(line: String) { #expect(Ban.forceUnwrap.lines(in: "\n" + line) == [2]) }

  @Test("negations and comparisons are none", arguments: fine)
  func passes(line: String) { #expect(Ban.forceUnwrap.lines(in: line) == []) }

  @Test("other bans are seen in code and nowhere else")
  func bans() {
    #expect(Ban.forcedTry.lines(in: Code.blank("let x = try! y()", .swift)) == [1])
    #expect(Ban.droppedError.lines(in: Code.blank("a\nlet x = try? y()", .swift)) == [2])
    #expect(Ban.forcedCast.lines(in: Code.blank("b = a as! B", .swift)) == [1])
    #expect(Ban.fatalError.lines(in: Code.blank("fatalError(\"x\")", .swift)) == [1])
    #expect(Ban.fatalError.lines(in: Code.blank("// fatalError(\"x\")", .swift)) == [])
    #expect(Ban.forceUnwrap.lines(in: "try! y(), z as! Z") == [])
    #expect(Ban.droppedError.lines(in: "odometry?.speedMS") == [])
    #expect(Ban.droppedError.lines(in: "odometry?.speedMS ?? (try? x())") == [1])
  }

  @Test("functions are measured from signature to brace")
  func functions() {
    let code = """
      protocol P {
        func required(
          a: Int
        ) -> Int
        init(x: Int)
      }
      struct S: P {
        func one() -> Int { 1 }
        func required(
          a: Int
        ) -> Int {
          if a > 0 { return 1 }
          return [1].map { $0 }[0]
        }

        init(x: Int) { self.init() }
      }
      """
    #expect(
      FunctionLength.swift(code) == [
        FunctionLength(line: 8, length: 1), FunctionLength(line: 9, length: 6),
        FunctionLength(line: 16, length: 1)
      ])
    let c = "int f(int a);\nint g(int a) {\n  return h(a);\n}\nstatic void h(\n  int a) {\n}\n"
    #expect(
      FunctionLength.c(c) == [
        FunctionLength(line: 2, length: 3), FunctionLength(line: 5, length: 3)
      ])
    let python = "def f(\n  a,\n):\n  return 1\n\n\nclass C:\n  def g(self):\n    pass\n\nx = 1\n"
    #expect(
      FunctionLength.python(python) == [
        FunctionLength(line: 1, length: 4), FunctionLength(line: 8, length: 2)
      ])
  }

  @Test("a package is read with targets in order, products and comments aside")
  func package() {
    let package = PackageDescription(
      """
      let package = Package(
        dependencies: [.package(url: "https://x/y", from: "1.0.0")],
        targets: [
          // .target(name: "Gone"),
          .systemLibrary(name: "C", providers: [.apt(["libc"])]),
          .target(name: "A"),
          .target(
            name: "B", dependencies: ["A", .product(name: "Y", package: "y"), "C"]),
          .testTarget(name: "T", dependencies: ["B"], exclude: ["Fixtures"]),
        ])
      """)
    #expect(package.targets.map(\.name) == ["C", "A", "B", "T"])
    #expect(package["B"]?.dependencies == ["A", "C", "Y"])
    #expect(package["T"]?.isTest == true)
    #expect(package.products == ["Y"])
    #expect(package.closure(of: "T") == ["B", "A", "C", "Y"])
  }

  @Test("imports are read in every form")
  func imports() {
    let file = SourceFile(
      path: "Sources/X/x.swift",
      text: "import A\n  import B\n@testable import C\npublic import struct D.E\n// import F\n"
        + "let important = 1\n")
    #expect(file.imports == ["A", "B", "C", "D"])
    #expect(file.target == "X")
  }
}
