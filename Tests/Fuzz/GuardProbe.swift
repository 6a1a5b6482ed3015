// SPDX-License-Identifier: Apache-2.0
import Guard
import Quantities
import Safety

/// What another process can hand to the guard: words of shared memory at any times; and what the
/// guard leaves for the next start.
///
/// The first byte says which. Heartbeats are a word of time that passes and seven of the heartbeat:
/// the eighth is its check where the byte says so, for nobody guesses that.
enum GuardProbe {
  static func accepts(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let kind = bytes.first else { return false }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[1...])
    if kind == UInt8(ascii: "u") {
      let record = GuardRecord(String(decoding: bytes, as: UTF8.self))
      precondition(record.map { !$0.description.isEmpty } ?? true)
      return record != nil
    }
    var ladder = GuardLadder()
    var now = Instant(nanoseconds: 1_000_000_000)
    for start in stride(from: 0, to: rest.count - 63, by: 64) {
      var words = SIMD8<UInt64>(repeating: 0)
      for i in 0..<8 {
        words[i] = rest.loadUnaligned(fromByteOffset: start + 8 * i, as: UInt64.self)
      }
      // The guard's clock goes on by at most an hour from look to look.
      now = now + Interval(nanoseconds: Int64(words[0] % 3_600_000_000_000))
      let verdict = ladder.look(kind & 1 == 0 ? sealed(words) : words, now: now)
      precondition(!verdict.enablesOutputs || ladder.rung == .allowing && ladder.fault == nil)
      _ = GuardStanding(words: words)
      let standing = GuardStanding(ladder, enablesOutputs: verdict.enablesOutputs, at: now)
      precondition(GuardStanding(words: standing.words) == standing)
    }
    return ladder.last != nil
  }

  /// The heartbeat that these words mean, as its writer would have written it.
  private static func sealed(_ words: SIMD8<UInt64>) -> SIMD8<UInt64> {
    Heartbeat(
      session: UInt32(truncatingIfNeeded: words[1] % 3), sequence: words[2],
      sentAt: Instant(nanoseconds: Int64(bitPattern: words[3])),
      nextBy: Instant(nanoseconds: Int64(bitPattern: words[4])),
      wantsOutputs: words[5] & 1 != 0, isLeaving: words[5] & 2 != 0,
      imuSamples: UInt32(truncatingIfNeeded: words[6])
    ).words
  }
}
