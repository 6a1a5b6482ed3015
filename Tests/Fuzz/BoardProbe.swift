// SPDX-License-Identifier: Apache-2.0
import Board
import Runtime
import Safety
import Wiring

/// A board file; what is accepted must give the gate its limits, and a drawing.
///
/// What follows a line `--- base` is put beside it as base.yaml, and `extends` reaches the boards'
/// own bases: `folder` is one of the boards'.
enum BoardProbe {
  static func accepts(_ bytes: UnsafeRawBufferPointer, folder: String) -> Bool {
    let mark = Array("\n--- base\n".utf8)
    let cut = bytes.indices.first { bytes[$0...].starts(with: mark) }
    let path = "\(folder)/draft.yaml"  // board.yaml would have to be called as its folder is
    write(UnsafeRawBufferPointer(rebasing: bytes[..<(cut ?? bytes.count)]), to: path)
    if let cut {
      let base = UnsafeRawBufferPointer(rebasing: bytes[(cut + mark.count)...])
      write(base, to: "\(folder)/base.yaml")
    } else {
      remove("\(folder)/base.yaml")
    }
    do throws(BoardError) {
      use(try BoardDescription.load(path: path))
      return true
    } catch {
      precondition(error.problems.allSatisfy { !$0.what.isEmpty && !$0.description.isEmpty })
      return false
    }
  }

  private static func use(_ board: BoardDescription) {
    let gate = Gate(limits: GateLimits(board))
    precondition(gate.limits.actuators.count == board.actuators.count)
    guard let plan = WiringPlan(board) else { return }
    precondition(!plan.svg().isEmpty && !plan.wireRows.isEmpty && !plan.partRows.isEmpty)
  }
}

/// A calibration of a robot whose board is in order.
enum CalibrationProbe {
  private static let board = seedBoard()

  static func accepts(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let board else { preconditionFailure("the seeds' board file is not as it was") }
    let text = String(decoding: bytes, as: UTF8.self)
    var accepted = 0
    do throws(BoardError) {
      let found = try CalibrationFile.parse(text, path: "calibration.yaml", for: board)
      precondition(Gate(limits: GateLimits(board, servoEnds: found.servos)).state == .booting)
      accepted += 1
    } catch {
      precondition(error.problems.allSatisfy { !$0.what.isEmpty && !$0.description.isEmpty })
    }
    do throws(BoardError) {
      _ = try CalibrationFile.parseProgress(text, path: "calibration.partial.yaml", for: board)
      accepted += 1
    } catch {
      precondition(error.problems.allSatisfy { !$0.what.isEmpty && !$0.description.isEmpty })
    }
    return accepted > 0
  }

  /// The rover with its bases; nil where it is not read.
  private static func seedBoard() -> BoardDescription? {
    do throws(BoardError) { return try .load("pi4-rover", boardsFolder: boardsFolder) } catch {
      return nil
    }
  }
}

/// A scenario, in order or not.
enum ScenarioProbe {
  static func accepts(_ bytes: UnsafeRawBufferPointer) -> Bool {
    do throws(BoardError) {
      let found = try Scenario.parse(String(decoding: bytes, as: UTF8.self), path: "s.yaml")
      precondition(found.durationS > 0 && !found.boards.isEmpty)
      return true
    } catch {
      precondition(error.problems.allSatisfy { !$0.what.isEmpty && !$0.description.isEmpty })
      return false
    }
  }
}
