// SPDX-License-Identifier: Apache-2.0
import Recorder
import Runtime
import Safety

/// What crosses from other threads to the body's, by the labels that a tape has.
private enum Crossing {
  static let hasAnswer: UInt8 = 1
  static let answer: UInt8 = 2
  static let hasStanding: UInt8 = 3
  static let standing: UInt8 = 4
  static let session: UInt8 = 5
  static let isOutOfTime: UInt8 = 6
  static let trial: UInt8 = 7
}

/// A mind on a thread of its own, whose every look at the time is recorded: with those and the
/// body's tape it decides the same again.
final class RecordingMind: Mind {
  private let inner: any Mind
  private let tape: TapeRecorder

  init(_ inner: any Mind, tape: TapeRecorder) { (self.inner, self.tape) = (inner, tape) }

  var actionCount: Int { inner.actionCount }

  func decide(_ percept: Percept, isOutOfTime: () -> Bool) -> Decision {
    tape.pass(to: percept.at)
    let decision = inner.decide(percept) {
      var isOver = isOutOfTime()
      tape.exchange(Crossing.isOutOfTime, &isOver)
      return isOver
    }
    tape.flush()
    return decision
  }
}

/// Records in which tick a mind's answers come.
final class RecordingSeat: MindSeat {
  private let inner: any MindSeat
  private let tape: TapeRecorder

  init(_ inner: any MindSeat, tape: TapeRecorder) { (self.inner, self.tape) = (inner, tape) }

  var actionCount: Int { inner.actionCount }

  /// Asked once, by the loop that is made.
  var trialS: Double {
    var seconds = inner.trialS
    tape.exchange(Crossing.trial, &seconds)
    return seconds
  }

  func ask(_ fill: (inout Percept) -> Void) { inner.ask(fill) }

  func answer() -> Decision? {
    let answer = inner.answer()
    var hasAnswer = answer != nil
    tape.exchange(Crossing.hasAnswer, &hasAnswer)
    guard var answer else { return nil }
    tape.exchange(Crossing.answer, &answer)
    return answer
  }
}

/// Thinks again what a mind on its own thread thought, and hands it over in the same tick.
final class ReplaySeat: MindSeat {
  /// Decisions that came out as recorded, and the first that did not.
  private(set) var decisions = 0
  private(set) var divergence: String?

  private let mind: any Mind
  private let player: TapePlayer
  private let thoughts: TapePlayer
  /// The loop follows what was recorded, not what this mind makes of it.
  private let isExact: Bool
  private var percept: Percept
  private var decision: Decision?

  init(
    _ mind: any Mind, percept: Percept, player: TapePlayer, thoughts: TapePlayer, isExact: Bool
  ) {
    (self.mind, self.percept, self.player) = (mind, percept, player)
    (self.thoughts, self.isExact) = (thoughts, isExact)
  }

  var actionCount: Int { mind.actionCount }

  /// Asked once, by the loop that is made: the mind is tried as it was then.
  var trialS: Double {
    for _ in 0..<MindThread.trials { _ = think() }
    var seconds = 0.0
    player.exchange(Crossing.trial, &seconds)
    return seconds
  }

  func ask(_ fill: (inout Percept) -> Void) {
    fill(&percept)
    decision = think()
  }

  private func think() -> Decision {
    mind.decide(percept) {
      var isOver = false
      thoughts.exchange(Crossing.isOutOfTime, &isOver)
      return isOver
    }
  }

  func answer() -> Decision? {
    var hasAnswer = false
    player.exchange(Crossing.hasAnswer, &hasAnswer)
    guard hasAnswer, var replayed = decision else { return nil }
    decision = nil
    var recorded = replayed
    player.exchange(Crossing.answer, &recorded)
    decisions += 1
    if isExact, divergence == nil, !recorded.isSame(as: replayed) {
      divergence =
        "decision \(decisions): recorded \(recorded.words), replayed \(replayed.words)"
    }
    replayed.tookS = recorded.tookS
    return isExact ? recorded : replayed
  }
}

extension Decision {
  /// Bit for bit, NaN or not, but for how long it took.
  fileprivate func isSame(as other: Decision) -> Bool {
    func bits(_ value: SIMD8<Float>) -> [UInt32] { (0..<8).map { value[$0].bitPattern } }
    return bits(action) == bits(other.action)
      && goalDistance?.bitPattern == other.goalDistance?.bitPattern
      && surprise?.bitPattern == other.surprise?.bitPattern && imagined == other.imagined
      && isHolding == other.isHolding && isMade == other.isMade
  }

  fileprivate var words: String { "\(action[0]) \(action[1]) after \(imagined) imagined" }
}

/// A guard whose words are recorded.
final class RecordingGuardLink: GuardLink {
  private let inner: any GuardLink
  private let tape: TapeRecorder

  /// - Parameter session: of the heartbeats, which the guard's words repeat.
  init(_ inner: any GuardLink, session: UInt32, tape: TapeRecorder) {
    (self.inner, self.tape) = (inner, tape)
    var session = session
    tape.exchange(Crossing.session, &session)
  }

  func send(_ heartbeat: Heartbeat) { inner.send(heartbeat) }

  var standing: GuardStanding? {
    let standing = inner.standing
    var isThere = standing != nil
    tape.exchange(Crossing.hasStanding, &isThere)
    guard let standing else { return nil }
    var words = standing.words
    tape.exchange(Crossing.standing, &words)
    return standing
  }
}

/// A guard that says again what it said.
final class ReplayGuardLink: GuardLink {
  let session: UInt32
  private let player: TapePlayer

  init(_ player: TapePlayer) {
    self.player = player
    var session: UInt32 = 0
    player.exchange(Crossing.session, &session)
    self.session = session
  }

  func send(_ heartbeat: Heartbeat) {}

  var standing: GuardStanding? {
    var isThere = false
    player.exchange(Crossing.hasStanding, &isThere)
    guard isThere else { return nil }
    var words = SIMD8<UInt64>.zero
    player.exchange(Crossing.standing, &words)
    return GuardStanding(words: words)
  }
}
