// SPDX-License-Identifier: Apache-2.0

/// What can be wrong with the edges of a line.
public enum EdgeTrouble: Equatable, Sendable, CustomStringConvertible {
  /// More edges were lost than read since the last look.
  case lost(Int, read: Int)
  /// The wheel turns against its motor.
  case reversed
  /// Nothing comes although it should.
  case absent

  public var description: String {
    switch self {
    case .lost(let lost, let read):
      "\(lost) edges were lost while \(read) were read. Read it more often, or choose fewer counts "
        + "a turn."
    case .reversed:
      "the wheel turns against its motor. Swap A and B, or set `inverted` of one in board.yaml."
    case .absent: "no edges come. Check the wire, its ground and its pull-up."
    }
  }
}
