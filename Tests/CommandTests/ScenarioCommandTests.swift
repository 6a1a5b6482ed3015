// SPDX-License-Identifier: Apache-2.0
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite("umwelt sim scenario and sim inject")
struct ScenarioCommandTests {
  private static let folder = Repository.boards + "/../Tests/CommandTests/Scenarios"

  private func run(_ arguments: String...) throws -> Command.Result {
    try Command.run(["sim", "scenario", "--boards", Repository.boards] + arguments)
  }

  @Test("every scenario in lockstep ends as its file says")
  func all() throws {
    let result = try run("--without-processes", Self.folder)
    let failed = result.output.split(separator: "\n").filter { $0.hasPrefix("FAIL") }
    #expect(result.code == 0 && failed.isEmpty, "\(failed.joined(separator: "\n"))")
    let passed = result.output.split(separator: "\n").filter { $0.hasPrefix("ok") }.count
    #expect(passed >= 120)
  }

  @Test("what does not come is a failure, told with its line and what came instead")
  func fails() throws {
    let folder = TemporaryFolder()
    let file = folder.write(
      """
      scenario: Nothing happens
      board: sim-rover
      lasts: 2 s
      steps:
        - {at: 1 s, expect: stopped, reason: staleImu, within: 0.5 s}
      """.utf8, "nothing.yaml")
    let result = try run("--junit", folder.path + "/out.xml", file)
    #expect(result.code == 1)
    #expect(result.output.contains("line 5: stopped (staleImu) did not come"))
    #expect(result.output.contains("it was armed"))
    let xml = String(decoding: TemporaryFolder.read(folder.path + "/out.xml"), as: UTF8.self)
    #expect(xml.contains("tests=\"1\" failures=\"1\"") && xml.contains("<failure>line 5"))
  }

  @Test("a pipe is refused, not waited for, and a report that cannot be written before the run")
  func noFiles() throws {
    let folder = TemporaryFolder()
    let pipe = folder.path + "/pipe.yaml"
    #expect(mkfifo(pipe, 0o600) == 0)
    for path in [pipe, folder.path, "/dev/null"] {
      let result = try run(path)
      #expect(result.code == 2 && result.errors.contains("no regular file"), "\(result.errors)")
    }
    for report in ["--junit", "--markdown"] {
      for path in [folder.path + "/missing/out", folder.path, pipe] {
        let result = try run(report, path, Self.folder + "/imu-off.yaml")
        #expect(result.code != 0 && result.errors.contains(path), "\(result.errors)")
        #expect(result.output.isEmpty, "nothing was run")
      }
    }
  }

  static let impossible: [(step: String, words: String)] = [
    ("inject: imo, fault: off", "nothing here is called 'imo'"),
    ("inject: camera, fault: wrong", "camera cannot be 'wrong', only ok, off"),
    ("inject: grid, fault: off", "this robot has no grid to break"),
    ("inject: runtime, fault: off", "write 'processes: true'")
  ]

  @Test("what cannot be broken so is refused before anything starts", arguments: impossible.indices)
  func refused(index: Int) throws {
    let (step, words) = Self.impossible[index]
    let folder = TemporaryFolder()
    let file = folder.write(
      """
      scenario: Impossible
      board: sim-rover
      lasts: 2 s
      steps:
        - {at: 1 s, \(step)}
        - {at: 1 s, expect: armed}
      """.utf8, "impossible.yaml")
    let result = try run(file)
    #expect(result.code == 2 && result.errors.contains(words), "\(result.errors)")
  }

  @Test("sim inject tells what comes of a fault, and lists all that can be broken")
  func inject() throws {
    let boards = ["--boards", Repository.boards]
    let told = try Command.run(["sim", "inject", "imu", "off"] + boards)
    #expect(told.code == 0 && told.output.contains("stopped (staleImu)"))
    let list = try Command.run(["sim", "inject"] + boards)
    for part in ["imu", "camera", "bus", "mind", "clock", "disk", "runtime", "guard"] {
      #expect(list.output.contains("\n\(part)\n") || list.output.hasPrefix("\(part)\n"), "\(part)")
    }
    for line in list.output.split(separator: "\n") where line.hasPrefix("  ") {
      #expect(line.split(separator: " ").count > 1, "'\(line)' says what that is")
    }
  }
}
