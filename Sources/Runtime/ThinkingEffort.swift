// SPDX-License-Identifier: Apache-2.0

/// How many of its futures the mind imagines, on a machine that is too slow for all of them.
///
/// Halved when decisions take nearly all of their deadline, doubled when they have long taken so
/// little that twice as many would fit. At the least effort a decision that is still late is the
/// gate's: `late_plan` slows the robot. Decisions do not become rarer: the model has learned what
/// comes of an action that lasts one decision period.
public struct ThinkingEffort: Equatable, Sendable {
  /// Beyond this share of the deadline a decision counts as too slow.
  static let crowdedShare = 0.8
  /// Below this one twice the effort would not be crowded.
  static let roomyShare = 0.35
  /// Decisions in a row before it is halved; one may be late for another's sake.
  static let patience = 3
  /// And before it is doubled: going back and forth would be worse than either.
  static let caution = 30
  /// An eighth of the futures.
  static let least: Float = 0.125

  /// The share of the futures, 1 at first.
  public private(set) var share: Float = 1
  private var crowded = 0
  private var roomy = 0

  public init() {}

  /// Begins where a mind that was tried needs to be.
  /// - Parameter tookShare: how long a decision with all futures took, as a share of its deadline.
  public init(tookShare: Double) {
    var expected = tookShare
    while share > Self.least, expected > Self.crowdedShare {
      share /= 2
      expected /= 2
    }
  }

  /// A decision took this share of its deadline.
  public mutating func note(tookShare: Double) {
    crowded = tookShare > Self.crowdedShare ? crowded + 1 : 0
    roomy = tookShare < Self.roomyShare ? roomy + 1 : 0
    if crowded >= Self.patience, share > Self.least {
      (share, crowded) = (share / 2, 0)
    } else if roomy >= Self.caution, share < 1 {
      (share, roomy) = (share * 2, 0)
    }
  }
}
