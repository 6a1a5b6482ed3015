// SPDX-License-Identifier: Apache-2.0
import Recorder
import Safety

/// Thinks again what a mind on its own thread thought, and hands it over in the same tick.
public final class ReplaySeat: MindSeat {
  /// Decisions that came out as recorded, and the first that did not.
  public private(set) var decisions = 0
  public private(set) var divergence: String?

  private let mind: any Mind
  private let player: TapePlayer
  private let thoughts: TapePlayer
  /// The loop follows what was recorded, not what this mind makes of it.
  private let isExact: Bool
  private var percept: Percept
  private var decision: Decision?

  public init(
    _ mind: any Mind, percept: Percept, player: TapePlayer, thoughts: TapePlayer, isExact: Bool
  ) {
    (self.mind, self.percept, self.player) = (mind, percept, player)
    (self.thoughts, self.isExact) = (thoughts, isExact)
  }

  public var actionCount: Int { mind.actionCount }

  /// Asked once, by the loop that is made: the mind is tried as it was then.
  public var trialS: Double {
    for _ in 0..<MindThread.trials { _ = think() }
    var seconds = 0.0
    player.exchange(Crossing.trial, &seconds)
    return seconds
  }

  public func ask(_ fill: (inout Percept) -> Void) {
    fill(&percept)
    decision = think()
  }

  private func think() -> Decision {
    mind.decide(percept) {
      // Another mind has all the time it wants.
      var isOver = false
      if isExact { thoughts.exchange(Crossing.isOutOfTime, &isOver) }
      return isOver
    }
  }

  public func answer() -> Decision? {
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

/// A guard that says again what it said.
public final class ReplayGuardLink: GuardLink {
  public let session: UInt32
  private let player: TapePlayer

  public init(_ player: TapePlayer) {
    self.player = player
    var session: UInt32 = 0
    player.exchange(Crossing.session, &session)
    self.session = session
  }

  public func send(_ heartbeat: Heartbeat) {}

  public var standing: GuardStanding? {
    var isThere = false
    player.exchange(Crossing.hasStanding, &isThere)
    guard isThere else { return nil }
    var words = SIMD8<UInt64>.zero
    player.exchange(Crossing.standing, &words)
    return GuardStanding(words: words)
  }
}
