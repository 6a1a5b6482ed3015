// SPDX-License-Identifier: Apache-2.0
import Quantities

/// What the guard tells the runtime after every look: that it lives, and how it stands.
///
/// Eight 64-bit words in shared memory with a check over the others, as with `Heartbeat`.
public struct GuardStanding: Equatable, Sendable {
  /// When the guard looked, by the machine's monotonic clock.
  public var at: Instant
  public var rung: GuardLadder.Rung
  public var fault: GuardFault?
  /// Whether the outputs are on.
  public var enablesOutputs: Bool
  /// Of the newest heartbeat that it believed; nil while it believed none.
  public var seen: (session: UInt32, sequence: UInt64)? {
    get { hasSeen ? (session, sequence) : nil }
    set { (hasSeen, session, sequence) = (newValue != nil, newValue?.0 ?? 0, newValue?.1 ?? 0) }
  }
  private var hasSeen = false
  private var session: UInt32 = 0
  private var sequence: UInt64 = 0

  public init(
    at: Instant, rung: GuardLadder.Rung, fault: GuardFault? = nil, enablesOutputs: Bool = false,
    seen: (session: UInt32, sequence: UInt64)? = nil
  ) {
    (self.at, self.rung, self.fault, self.enablesOutputs) = (at, rung, fault, enablesOutputs)
    self.seen = seen
  }

  /// As the ladder stands after a look.
  public init(_ ladder: GuardLadder, enablesOutputs: Bool, at now: Instant) {
    self.init(
      at: now, rung: ladder.rung, fault: ladder.fault, enablesOutputs: enablesOutputs,
      seen: ladder.last.map { ($0.session, $0.sequence) })
  }

  /// "UMWG" and the layout's version.
  private static let mark: UInt64 = 0x554D_5747_0000_0001
  private static let enablesBit: UInt64 = 1, hasSeenBit: UInt64 = 2

  /// As it lies in shared memory.
  public var words: SIMD8<UInt64> {
    var words = SIMD8<UInt64>(repeating: 0)
    words[0] = Self.mark
    words[1] = UInt64(session)
    words[2] = sequence
    words[3] = UInt64(bitPattern: at.nanoseconds)
    words[4] = rung.code
    words[5] = fault.map { $0.code + 1 } ?? 0
    words[6] = (enablesOutputs ? Self.enablesBit : 0) | (hasSeen ? Self.hasSeenBit : 0)
    words[7] = words.checkOfOthers
    return words
  }

  /// Nil when these words are no standing.
  public init?(words: SIMD8<UInt64>) {
    guard words[0] == Self.mark, words[7] == words.checkOfOthers,
      words[1] <= UInt64(UInt32.max), words[6] & ~(Self.enablesBit | Self.hasSeenBit) == 0,
      let rung = GuardLadder.Rung.allCases.first(where: { $0.code == words[4] })
    else { return nil }
    let fault = GuardFault.allCases.first { $0.code + 1 == words[5] }
    guard (fault == nil) == (words[5] == 0) else { return nil }
    let hasSeen = words[6] & Self.hasSeenBit != 0
    self.init(
      at: Instant(nanoseconds: Int64(bitPattern: words[3])), rung: rung, fault: fault,
      enablesOutputs: words[6] & Self.enablesBit != 0,
      seen: hasSeen ? (UInt32(words[1]), words[2]) : nil)
  }
}

extension GuardLadder.Rung {
  /// Its number in shared memory.
  fileprivate var code: UInt64 {
    switch self {
    case .waiting: 1
    case .left: 2
    case .allowing: 3
    case .holding: 4
    case .recording: 5
    case .resetting: 6
    }
  }
}

extension GuardFault {
  /// Its number in shared memory.
  fileprivate var code: UInt64 {
    switch self {
    case .silent: 1
    case .stuck: 2
    case .backward: 3
    case .skipping: 4
    case .absurdTimes: 5
    case .noSamples: 6
    case .newSession: 7
    case .notRested: 8
    }
  }
}

extension SIMD8<UInt64> {
  /// FNV-1a over the first seven words, one word at a time: what the eighth has to be.
  var checkOfOthers: UInt64 {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325
    for i in 0..<7 {
      value = (value ^ self[i]) &* 0x0000_0100_0000_01B3
      value ^= value >> 32
    }
    return value
  }
}
