// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Runtime
import Safety

/// `umwelt board failsafes`: what the gate watches, what follows, and how soon.
struct BoardFailsafesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "failsafes",
    abstract: "List what stops or slows a board, how soon, and what keeps it from arming.",
    discussion: "Change them in board.yaml under safety.failsafes.")

  @Argument(help: "Name of a board, or path of a board file.") var board: String
  @Option(help: "Folder of the boards.") var boards = "boards"
  @Flag(help: "Also what each means and what to do about it.") var verbose = false
  @Flag(help: "One JSON object on standard output.") var json = false

  func run() throws {
    let limits = GateLimits(try BoardDescription.load(board, boardsFolder: boards))
    print(json ? object(limits).text : text(limits))
  }

  private func object(_ limits: GateLimits) -> JSONObject {
    var all = JSONObject()
    all.add("board", board)
    all.add(
      "failsafes",
      Refusal.allCases.map { refusal in
        let failsafe = limits.failsafes[refusal]
        var object = JSONObject()
        object.add("id", refusal.id)
        object.add("action", refusal.isWatched ? failsafe.action.rawValue : nil)
        object.add("debounce_s", failsafe.debounceS, decimals: 3)
        object.add("recovery", failsafe.recovery.rawValue)
        object.add("safe_within_s", limits.safeWithinS(refusal) ?? .nan, decimals: 3)
        object.add("arming_check", isArmingCheck(refusal, limits))
        object.add("what", refusal.what)
        object.add("fix", refusal.fix)
        return object
      })
    return all
  }

  private func text(_ limits: GateLimits) -> String {
    let rows = Refusal.allCases.map { refusal in
      let failsafe = limits.failsafes[refusal]
      let safe = limits.safeWithinS(refusal).map { "\(fixed($0, 2)) s" } ?? "-"
      return [
        refusal.id, refusal.isWatched ? failsafe.action.rawValue : "-",
        "\(fixed(failsafe.debounceS, 2)) s", safe, failsafe.recovery.rawValue,
        isArmingCheck(refusal, limits) ? "yes" : "-"
      ] + (verbose ? [refusal.description] : [])
    }
    let head = ["reason", "follows", "after", "safe in", "way out", "bars arming"]
    return table([head + (verbose ? ["what it means"] : [])] + rows, indent: "")
  }

  private func isArmingCheck(_ refusal: Refusal, _ limits: GateLimits) -> Bool {
    refusal.isArmingCheck && limits.failsafes[refusal].action >= .slow
  }
}
