// SPDX-License-Identifier: Apache-2.0

/// What all the scenarios of a run showed.
struct ScenarioReport {
  var results: [ScenarioResult] = []

  var failed: [ScenarioResult] { results.filter { !$0.isPassed } }

  /// "ok    imu-off on sim-rover: stopped (staleImu) after 0.36 of 0.40 s".
  static func line(_ result: ScenarioResult) -> String {
    let found = result.findings.map { finding in
      let reason = finding.reason.isEmpty ? "" : " (\(finding.reason))"
      let took = finding.tookS.map { "after \(fixed($0, 2)) of \(fixed(finding.withinS, 2)) s" }
      return "\(finding.state.rawValue)\(reason) \(took ?? "never")"
    }
    let head = "\(result.isPassed ? "ok  " : "FAIL")  \(result.scenario.name) on \(result.board): "
    return head + found.joined(separator: "; ") + result.failures.map { "\n        \($0)" }.joined()
  }

  var summary: String {
    "\(results.count - failed.count) of \(results.count) passed"
  }

  /// JUnit's XML, as CI servers read it.
  var junit: String {
    var text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuite name="scenarios" tests="\(results.count)" failures="\(failed.count)">

      """
    for result in results {
      let head =
        "  <testcase classname=\"\(xml(result.board))\" name=\"\(xml(result.scenario.name))\" "
        + "time=\"\(fixed(result.elapsedS, 2))\""
      if result.isPassed {
        text += head + "/>\n"
      } else {
        text += head + "><failure>\(xml(result.failures.joined(separator: "\n")))"
        text += "</failure></testcase>\n"
      }
    }
    return text + "</testsuite>\n"
  }

  /// A table for people: what can fail alone, what happens, how fast, which scenario shows it.
  var markdown: String {
    var text = """
      | What fails | What happens | Seen after | At most | Scenario |
      |---|---|---|---|---|

      """
    for result in results {
      let harms = result.scenario.steps.filter {
        if case .inject(_, let fault) = $0.what { fault != "ok" } else { false }
      }
      guard harms.count == 1, let finding = result.findings.first, finding.isBroken,
        !finding.isOperated, let tookS = finding.tookS
      else { continue }
      let reason = finding.reason.isEmpty ? "" : " `\(finding.reason)`"
      let isCalm = finding.state == .armed
      let state = isCalm ? "drives on" : finding.state.rawValue
      text += "| \(result.scenario.title) | \(state)\(reason)"
      text += isCalm ? " | - | -" : " | \(fixed(tookS, 2)) s | \(fixed(finding.withinS, 2)) s"
      text += " | \(result.scenario.name), \(result.board) |\n"
    }
    return text
  }

  private func xml(_ text: String) -> String {
    text.reduce(into: "") { result, letter in
      switch letter {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(letter)
      }
    }
  }
}
