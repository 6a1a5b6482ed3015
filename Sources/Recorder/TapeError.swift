// SPDX-License-Identifier: Apache-2.0

/// Why a log cannot be replayed.
public struct TapeError: Error, Equatable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    case log(McapError)
    /// It has nothing on the topic of a tape.
    case noTape(Topic)
    /// A message is missing; this many are there before it.
    case gap(after: UInt64)
    /// A message is not what a recorder writes.
    case damaged(message: UInt64)
  }

  public var path: String
  public var reason: Reason

  public init(path: String, reason: Reason) { (self.path, self.reason) = (path, reason) }

  public var description: String {
    switch reason {
    case .log(let error): "\(error)"
    case .noTape(let topic):
      "\(path): there is nothing on \(topic.path) to replay. Record with `umwelt run --record`."
    case .gap(after: 0):
      "\(path): the beginning is gone: its file was deleted to make room, or it was recorded "
        + "around faults only. Record with a larger --record-limit."
    case .gap(let count):
      "\(path): the tape has a gap after \(count) messages: the disk or the processor did not keep "
        + "up (see /recorder/drops). It can be replayed up to there only."
    case .damaged(let number):
      "\(path): message \(number) of the tape is not what this version of umwelt writes. Replay it "
        + "with the version that recorded it."
    }
  }
}

/// The first place where a replay did something else than the run that was recorded.
public struct Divergence: Equatable, Sendable, CustomStringConvertible {
  /// Counts the sleeps since the start of the tape.
  public var step: Int
  /// Seconds, by the clock of the run.
  public var atS: Double
  public var recorded: String
  public var replayed: String

  public var description: String {
    "step \(step) at \(atS) s: recorded \(recorded), replayed \(replayed)"
  }
}
