// SPDX-License-Identifier: Apache-2.0
import Board

/// What a scenario's run showed.
struct ScenarioResult {
  let scenario: Scenario
  let board: String
  var findings: [ScenarioFinding] = []
  /// What was expected and did not come; empty when all is well.
  var failures: [String] = []
  /// Each change of the state, as it came.
  var changes: [(atS: Double, words: String)] = []
  var elapsedS = 0.0

  var isPassed: Bool { failures.isEmpty }
}

/// An expectation, and when it came.
struct ScenarioFinding {
  /// Whether anything was broken before.
  var isBroken: Bool
  /// Whether an operator had a hand in it.
  var isOperated: Bool
  var state: Scenario.State
  var reason: String
  var withinS: Double
  /// Nil when it never came.
  var tookS: Double?
}

/// What can be seen of a robot at one moment.
struct ScenarioSight: Equatable {
  var state: Scenario.State
  /// Why it is so, or why it was not armed: identifiers of `Refusal`.
  var reasons: [String]
  /// No motor is given a voltage.
  var isIdle: Bool

  static let moving: [Scenario.State] = [.arming, .armed, .degraded]
}

/// Follows the timeline of a scenario: what is due, what is expected, whether it came and stayed.
struct ScenarioTrial {
  let scenario: Scenario
  private(set) var result: ScenarioResult
  private var next = 0
  private var open: [Open] = []
  private var broken: Set<String> = []
  private var isOperated = false
  private var mayBeArmed = true
  private var lastState = Scenario.State.armed
  private var lastSight: ScenarioSight?

  /// An expectation that is waited for, or that must go on holding.
  private struct Open {
    let step: Scenario.Step
    /// When it was asked for: in real time whoever asks comes late now and then.
    let sinceS: Double
    let expectation: Scenario.Expectation
    let withinS: Double
    let finding: Int
    var hasCome = false
  }

  init(_ scenario: Scenario, board: String) {
    self.scenario = scenario
    result = ScenarioResult(scenario: scenario, board: board)
  }

  /// The next step that is due, which the caller carries out.
  ///
  /// - Parameter promisedS: how soon a robot of these limits is safe for a reason.
  mutating func due(_ elapsedS: Double, promisedS: (Scenario.Expectation) -> Double)
    -> Scenario.Step?
  {
    guard next < scenario.steps.count, scenario.steps[next].atS <= elapsedS else { return nil }
    let step = scenario.steps[next]
    next += 1
    switch step.what {
    case .inject(let part, let fault):
      // What is broken may stop what moves; what is mended may let anything go.
      open.removeAll {
        $0.hasCome && (fault == "ok" || ScenarioSight.moving.contains($0.expectation.state))
      }
      if fault == "ok" { broken.remove(part) } else { broken.insert(part) }
    case .operate(let deed):
      open.removeAll(where: \.hasCome)
      mayBeArmed = mayBeArmed || deed == .arm
      isOperated = true
    case .expect(let expectation):
      // What is expected next takes the place of what has come: a stop may latch.
      open.removeAll(where: \.hasCome)
      let withinS = expectation.withinS ?? promisedS(expectation)
      result.findings.append(
        ScenarioFinding(
          isBroken: !broken.isEmpty, isOperated: isOperated, state: expectation.state,
          reason: expectation.reasons.first?.id ?? "", withinS: withinS))
      open.append(
        Open(
          step: step, sinceS: elapsedS, expectation: expectation, withinS: withinS,
          finding: result.findings.count - 1))
    }
    return step
  }

  /// What is seen now.
  mutating func see(_ sight: ScenarioSight, _ elapsedS: Double) {
    result.elapsedS = elapsedS
    // A robot that moves brakes and rolls now and then; that is no change.
    var shown = sight
    shown.isIdle = sight.isIdle || ScenarioSight.moving.contains(sight.state)
    if shown != lastSight { result.changes.append((elapsedS, words(shown))) }
    lastSight = shown
    // Rounding of times in the file, never a tick.
    let slackS = 1e-6
    for index in open.indices {
      let isIt = matches(sight, open[index].expectation)
      let (step, sinceS, withinS) = (open[index].step, open[index].sinceS, open[index].withinS)
      let isLate = elapsedS > sinceS + withinS + slackS
      // What is expected at once may take the tick in which it is seen.
      if isIt, !open[index].hasCome, !isLate || withinS == 0 {
        open[index].hasCome = true
        result.findings[open[index].finding].tookS = elapsedS - sinceS
        result.findings[open[index].finding].reason = sight.reasons.first ?? ""
      } else if open[index].hasCome ? !isIt : isLate {
        let what =
          open[index].hasCome ? "did not stay" : isIt ? "came too late" : "did not come"
        fail(
          "line \(step.place.line): \(words(open[index].expectation)) \(what): at "
            + "\(fixed(elapsedS, 2)) s it was \(words(sight))")
        open[index].hasCome = true
        open.remove(at: index)
        return
      }
    }
    watchArming(sight, elapsedS)
  }

  /// The end: whatever has not come now will not.
  mutating func finish() -> ScenarioResult {
    for open in open where !open.hasCome {
      fail("line \(open.step.place.line): \(words(open.expectation)) did not come")
    }
    return result
  }

  mutating func fail(_ what: String) { result.failures.append(what) }

  /// A robot that once stopped may only be armed again by somebody.
  private mutating func watchArming(_ sight: ScenarioSight, _ elapsedS: Double) {
    let moves = ScenarioSight.moving
    if moves.contains(sight.state), !mayBeArmed {
      fail("at \(fixed(elapsedS, 2)) s it was armed again, by nobody")
      mayBeArmed = true
    }
    if !moves.contains(sight.state), moves.contains(lastState) { mayBeArmed = false }
    lastState = sight.state
  }

  private func matches(_ sight: ScenarioSight, _ expectation: Scenario.Expectation) -> Bool {
    let rests: [Scenario.State] = [.booting, .disarmed, .stopped, .faulted]
    return sight.state == expectation.state
      && (expectation.reasons.isEmpty
        || expectation.reasons.contains { sight.reasons.contains($0.id) })
      && (sight.isIdle || !rests.contains(sight.state))
  }

  private func words(_ expectation: Scenario.Expectation) -> String {
    let reasons = expectation.reasons.map(\.id).joined(separator: " or ")
    return expectation.state.rawValue + (reasons.isEmpty ? "" : " (\(reasons))")
  }

  private func words(_ sight: ScenarioSight) -> String {
    sight.state.rawValue
      + (sight.reasons.isEmpty ? "" : " (\(sight.reasons.joined(separator: ", ")))")
      + (sight.isIdle ? "" : ", motors driven")
  }
}
