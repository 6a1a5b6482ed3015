// SPDX-License-Identifier: Apache-2.0
import Quantities

/// What the runtime tells the guard once a gate period: that it lives, and what it is about.
///
/// It travels as eight 64-bit words in shared memory. The last is a check over the others, so a
/// heartbeat that is torn, half written or made of garbage is none.
public struct Heartbeat: Equatable, Sendable {
  /// Says which process this is: a new one is trusted with nothing that the last one was.
  public var session: UInt32
  /// One more in every heartbeat of a session.
  public var sequence: UInt64
  /// When it was sent, by the machine's monotonic clock.
  public var sentAt: Instant
  /// When the next one is due at the latest.
  public var nextBy: Instant
  /// The gate is armed, or on its ramp to a stop: the outputs must be on.
  public var wantsOutputs: Bool
  /// The last one of this session: the runtime ends on purpose, outputs off.
  public var isLeaving: Bool
  /// Counts samples that the IMU's driver handed over.
  public var imuSamples: UInt32
  /// Which relays must be closed while the outputs are on: bit 0 is the first.
  public var relays: UInt8

  /// How long the next one may be coming, seconds. With the guard's patience and a look it stays
  /// below 100 ms; a gate period is 10 ms, so that four may fail to come in time.
  public static let promiseS = 0.05

  public init(
    session: UInt32, sequence: UInt64, sentAt: Instant, nextBy: Instant, wantsOutputs: Bool,
    isLeaving: Bool, imuSamples: UInt32, relays: UInt8 = 0
  ) {
    (self.session, self.sequence, self.imuSamples) = (session, sequence, imuSamples)
    self.relays = relays
    (self.sentAt, self.nextBy) = (sentAt, nextBy)
    (self.wantsOutputs, self.isLeaving) = (wantsOutputs, isLeaving)
  }

  /// "UMWH" and the layout's version.
  private static let mark: UInt64 = 0x554D_5748_0000_0001
  private static let wantsOutputsBit: UInt64 = 1, isLeavingBit: UInt64 = 2
  private static let relaysShift: UInt64 = 8, relaysBits: UInt64 = 0xFF00

  /// As it lies in shared memory.
  public var words: SIMD8<UInt64> {
    var words = SIMD8<UInt64>(repeating: 0)
    words[0] = Self.mark
    words[1] = UInt64(session)
    words[2] = sequence
    words[3] = UInt64(bitPattern: sentAt.nanoseconds)
    words[4] = UInt64(bitPattern: nextBy.nanoseconds)
    words[5] = (wantsOutputs ? Self.wantsOutputsBit : 0) | (isLeaving ? Self.isLeavingBit : 0)
    words[5] |= UInt64(relays) << Self.relaysShift
    words[6] = UInt64(imuSamples)
    words[7] = words.checkOfOthers
    return words
  }

  /// Nil when these words are no heartbeat.
  public init?(words: SIMD8<UInt64>) {
    guard words[0] == Self.mark, words[7] == words.checkOfOthers,
      words[1] <= UInt64(UInt32.max), words[6] <= UInt64(UInt32.max),
      words[5] & ~(Self.wantsOutputsBit | Self.isLeavingBit | Self.relaysBits) == 0
    else { return nil }
    self.init(
      session: UInt32(words[1]), sequence: words[2],
      sentAt: Instant(nanoseconds: Int64(bitPattern: words[3])),
      nextBy: Instant(nanoseconds: Int64(bitPattern: words[4])),
      wantsOutputs: words[5] & Self.wantsOutputsBit != 0,
      isLeaving: words[5] & Self.isLeavingBit != 0, imuSamples: UInt32(words[6]),
      relays: UInt8((words[5] & Self.relaysBits) >> Self.relaysShift))
  }
}
