// SPDX-License-Identifier: Apache-2.0
import Quantities
import Recorder
import Safety

/// What crosses from other threads to the body's, by the labels that a tape has.
enum Crossing {
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
    // A trial is made before the robot has any time.
    if percept.at > .zero { tape.pass(to: percept.at) }
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
