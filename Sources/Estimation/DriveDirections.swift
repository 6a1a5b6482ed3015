// SPDX-License-Identifier: Apache-2.0

/// How the two motors of a differential drive are wired, from how the robot turned and travelled.
///
/// Driven alone, a left wheel going forward and a right wheel going backward turn the robot the
/// same way, so the turns alone leave two answers: each motor as it is named, or the two exchanged.
/// Driving both so that the turns cancel tells: the robot goes forward in one case and backward in
/// the other.
public struct DriveDirections: Hashable, Sendable {
  /// The motor that is called left drives the right wheel, and the other the left.
  public var isSwapped: Bool
  /// A positive command of the motor called left turns its wheel backward.
  public var isLeftInverted: Bool
  public var isRightInverted: Bool

  public var isRight: Bool { !isSwapped && !isLeftInverted && !isRightInverted }

  /// The commands' signs with which both wheels go the same way.
  ///
  /// - Parameters: whether a positive command of each alone turned the robot left.
  public static func straight(
    leftTurnsLeft: Bool, rightTurnsLeft: Bool
  ) -> (left: Double, right: Double) {
    (leftTurnsLeft ? -1 : 1, rightTurnsLeft ? 1 : -1)
  }

  /// - Parameter wentForward: what the robot did under the commands of `straight`.
  public init(leftTurnsLeft: Bool, rightTurnsLeft: Bool, wentForward: Bool) {
    isSwapped = !wentForward
    // Under `straight` every wheel went the way the robot went.
    let signs = Self.straight(leftTurnsLeft: leftTurnsLeft, rightTurnsLeft: rightTurnsLeft)
    isLeftInverted = (signs.left > 0) != wentForward
    isRightInverted = (signs.right > 0) != wentForward
  }
}
