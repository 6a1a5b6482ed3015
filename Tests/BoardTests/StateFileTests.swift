// SPDX-License-Identifier: Apache-2.0
import Board
import Foundation
import Testing

/// A folder of a test's own that goes with the object.
final class TemporaryState {
  let path = NSTemporaryDirectory() + "umwelt-state-" + UUID().uuidString

  init() {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch { Issue.record("no temporary folder: \(error)") }
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path)") }
  }

  var names: [String] {
    do { return try FileManager.default.contentsOfDirectory(atPath: path).sorted() } catch {
      return ["\(error)"]
    }
  }

  func write(_ text: String, _ name: String) {
    do { try text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8) } catch {
      Issue.record("not written: \(error)")
    }
  }

  /// What was saved there, without the check at its end.
  func body(_ name: String) -> String {
    read(name).split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("# crc32 ") }.joined(separator: "\n")
  }

  func read(_ name: String) -> String {
    do { return try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) } catch {
      return "\(error)"
    }
  }
}

@Suite struct StateFileTests {
  @Test("A save keeps the file before, and leaves nothing else")
  func previous() throws {
    let folder = TemporaryState()
    let path = folder.path + "/state.yaml"
    try StateFile.save("one\n", path: path)
    #expect(folder.names == ["state.yaml"])
    try StateFile.save("two\n", path: path)
    try StateFile.save("three\n", path: path)
    #expect(folder.names == ["state.yaml", "state.yaml.previous"])
    #expect(folder.body("state.yaml") == "three\n")
    #expect(folder.body("state.yaml.previous") == "two\n")
  }

  @Test("A power cut between writing and renaming leaves the old file, and the next save works")
  func powerCut() throws {
    let folder = TemporaryState()
    let path = folder.path + "/state.yaml"
    try StateFile.save("old\n", path: path)
    _ = try StateFile.stage(Array("new\n".utf8), path: path)
    #expect(folder.body("state.yaml") == "old\n")
    #expect(folder.names == ["state.yaml", "state.yaml.new"])
    try StateFile.save("newer\n", path: path)
    #expect(folder.body("state.yaml") == "newer\n")
    #expect(folder.names == ["state.yaml", "state.yaml.previous"])
  }

  @Test("A power cut in the middle of writing leaves the old file: half a new one is beside it")
  func powerCutWhileWriting() throws {
    let folder = TemporaryState()
    let path = folder.path + "/state.yaml"
    try StateFile.save("old\n", path: path)
    folder.write("ne", "state.yaml.new")
    #expect(folder.body("state.yaml") == "old\n")
    try StateFile.save("new\n", path: path)
    #expect(folder.body("state.yaml") == "new\n")
  }

  @Test("A folder that is not there, or is a file, is refused and names --state")
  func noFolder() throws {
    let folder = TemporaryState()
    folder.write("", "file")
    for place in ["\(folder.path)/none/state.yaml", "\(folder.path)/file/state.yaml"] {
      do throws(StateFileError) {
        try StateFile.save("text", path: place)
        Issue.record("written to \(place)")
      } catch {
        #expect(error.path == place)
        #expect(error.description.contains("--state"))
      }
    }
    #expect(folder.names == ["file"])
  }

  @Test("A full disk leaves the old file and nothing beside it")
  func full() throws {
    // Every write to it ends in ENOSPC, as on a full disk.
    let folder = TemporaryState()
    let path = folder.path + "/state.yaml"
    try StateFile.save("old\n", path: path)
    try FileManager.default.createSymbolicLink(
      atPath: path + ".new", withDestinationPath: "/dev/full")
    #expect(throws: StateFileError(path: path, errno: ENOSPC)) {
      try StateFile.save("new\n", path: path)
    }
    #expect(folder.body("state.yaml") == "old\n")
    #expect(folder.names == ["state.yaml"])
  }

  @Test("A folder in the file's place is refused, and stays")
  func folderInPlace() throws {
    let folder = TemporaryState()
    let path = folder.path + "/state.yaml"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(throws: StateFileError(path: path, errno: EISDIR)) {
      try StateFile.save("new\n", path: path)
    }
    #expect(folder.names == ["state.yaml"])
  }

  @Test("Removing what is not there is fine")
  func remove() throws {
    let folder = TemporaryState()
    folder.write("x", "state.yaml")
    try StateFile.remove(folder.path + "/state.yaml")
    try StateFile.remove(folder.path + "/state.yaml")
    #expect(folder.names.isEmpty)
  }
}
