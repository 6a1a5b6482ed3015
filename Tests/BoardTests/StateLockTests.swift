// SPDX-License-Identifier: Apache-2.0
import Board
import Foundation
import Testing

/// Who may write in a state folder.
@Suite struct StateLockTests {
  private let folder = TemporaryState()

  private func refusal(_ name: String) -> StateFileError? {
    do throws(StateFileError) {
      _ = try StateLock(folder: name, for: "state.yaml")
      return nil
    } catch { return error }
  }

  @Test("One has a folder until it lets go, and leaves nothing in it")
  func one() throws {
    do {
      let lock = try StateLock(folder: folder.path, for: "state.yaml")
      #expect(refusal(folder.path) == StateFileError(path: "state.yaml", errno: EWOULDBLOCK))
      withExtendedLifetime(lock) {}
    }
    #expect(refusal(folder.path) == nil)
    #expect(folder.names.isEmpty)
  }

  @Test("A folder that is not there, or is a file, is nobody's")
  func noFolder() {
    folder.write("", "file")
    #expect(refusal(folder.path + "/none")?.errno == ENOENT)
    #expect(refusal(folder.path + "/file")?.errno == ENOTDIR)
  }

  @Test("A folder on which nothing can be written is refused before anything is done")
  func readOnly() { #expect(refusal("/proc/self") != nil) }

  @Test("What another has is told with what to do")
  func message() {
    let text = StateFileError(path: "a/state.yaml", errno: EWOULDBLOCK).description
    #expect(text.hasPrefix("a/state.yaml: another umwelt") && text.contains("--state"))
  }
}
