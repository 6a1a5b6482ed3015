// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite("Modules")
struct ModuleTests {
  static let package = PackageDescription(SourceTree.file("Package.swift")?.text ?? "")
  /// Modules of the toolchain and the system.
  static let system: Set = [
    "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Musl", "Synchronization",
    "Testing"
  ]

  @Test("are read from Package.swift")
  func readable() {
    let names = Self.package.targets.map(\.name)
    #expect(names.starts(with: ["CLinux", "CKernels"]))
    #expect(names.contains("umwelt") && names.contains("TidyTests"))
    #expect(Self.package["Safety"]?.dependencies == ["Quantities"])
    #expect(Self.package["Board"]?.dependencies.contains("Yams") == true)
    #expect(Self.package.products.isSuperset(of: ["Yams", "ArgumentParser"]))
    #expect(Set(names).count == names.count)
  }

  @Test("depend only on modules above them in Package.swift")
  func order() {
    var above: Set<String> = []
    for target in Self.package.targets {
      for name in target.dependencies where !Self.package.products.contains(name) {
        #expect(above.contains(name), "\(target.name) depends on \(name), which is not above it")
      }
      above.insert(target.name)
    }
  }

  @Test("have a folder each, and folders a module each")
  func folders() {
    let targets = Set(Self.package.targets.map(\.name))
    for folder in SourceTree.names(in: "Sources") where !folder.hasPrefix(".") {
      #expect(targets.contains(folder), "Sources/\(folder) is in no target")
    }
    for folder in SourceTree.names(in: "Tests") where !folder.hasPrefix(".") {
      #expect(targets.contains(folder), "Tests/\(folder) is in no target")
    }
    for target in Self.package.targets {
      let places = ["Sources", "Tests"].filter {
        SourceTree.names(in: $0).contains(target.name)
      }
      #expect(places.count == 1, "\(target.name) lies in \(places)")
    }
  }

  @Test("import only what Package.swift declares for them")
  func imports() {
    for file in SourceTree.files where file.isSwift && !file.isIn("tools") {
      guard let target = file.target.flatMap({ Self.package[$0] }) else { continue }
      for module in file.imports where !Self.system.contains(module) && module != target.name {
        if !target.dependencies.contains(module) {
          Issue.record("\(file.path) imports \(module), which \(target.name) does not declare")
        }
      }
    }
  }

  @Test("of the robot's loop know neither Linux nor the simulator")
  func runtime() {
    let reached = Self.package.closure(of: "Runtime")
    #expect(reached.contains("Devices"))
    #expect(reached.isDisjoint(with: ["LinuxBuses", "Simulation"]))
  }

  @Test("of the simulator know no driver: fakes come from the datasheet")
  func simulation() {
    let reached = Self.package.closure(of: "Simulation")
    #expect(reached.contains("Buses"))
    #expect(!reached.contains("Devices"))
  }

  @Test("of the planner know no world model")
  func planning() {
    #expect(Self.package["Planning"] != nil)
    #expect(!Self.package.closure(of: "Planning").contains("WorldModel"))
  }

  @Test("of safety import Quantities and nothing else, not even the system")
  func safety() {
    let files = SourceTree.swiftSources.filter { $0.isIn("Sources/Safety") }
    #expect(files.count >= 4)
    for file in files {
      #expect(Set(file.imports).isSubset(of: ["Quantities"]), "\(file.path): \(file.imports)")
    }
    #expect(Self.package["Safety"]?.dependencies == ["Quantities"])
    #expect(Self.package.closure(of: "Quantities").isEmpty)
  }
}

@Suite("SafeCommand")
struct SafeCommandTests {
  private func lines(_ path: String, with part: String) -> [Substring] {
    (SourceTree.file(path)?.code ?? "").split(separator: "\n").filter { $0.contains(part) }
  }

  @Test("can only be made inside Safety: its initialiser is internal and nothing can be set")
  func initialiser() {
    let path = "Sources/Safety/SafeCommand.swift"
    let initialisers = lines(path, with: "init(")
    #expect(initialisers.count == 1, "an explicit one, so that there is no other")
    for line in initialisers { #expect(line.drop { $0 == " " }.hasPrefix("init("), "\(line)") }
    let declaration = lines(path, with: "struct SafeCommand")
    #expect(declaration == ["public struct SafeCommand: Equatable, Sendable {"], "no Codable")
    #expect(lines(path, with: " var ").isEmpty, "all of it is constant")
    #expect(lines(path, with: "@usableFromInline").isEmpty)
  }

  @Test("is handed out by the gate, and by `off`, which is always allowed")
  func makers() {
    var makers: [String] = []
    for file in SourceTree.swiftSources where file.isIn("Sources/Safety") {
      for line in file.code.split(separator: "\n") where line.contains("-> SafeCommand") {
        let isPrivate = line.drop { $0 == " " }.hasPrefix("private ")
        if !isPrivate { makers.append("\(line.drop { $0 == " " })") }
      }
    }
    #expect(
      makers.sorted() == [
        "public mutating func pass("
          + "_ proposal: Proposal?, senses: Senses, now: Instant) -> SafeCommand {",
        "public static func off(count: Int) -> SafeCommand {"
      ])
  }

  @Test("is what every public way to the actuators asks for")
  func drivers() {
    for file in SourceTree.swiftSources where file.isIn("Sources/Devices") {
      for line in file.code.split(separator: "\n") {
        let isPublic = line.contains("public ") && line.contains("func ")
        let sets = ["duty", "setPoint", "torque"].contains { line.contains($0) }
        #expect(!(isPublic && sets), "\(file.path): \(line) goes around the gate")
      }
    }
    #expect(
      !lines("Sources/Devices/TB6612.swift", with: "func apply(_ command: SafeCommand)").isEmpty)
  }
}
