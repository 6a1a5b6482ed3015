// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety

/// Notices a wheel that turns against its motor: A and B exchanged, or the motor's two wires. A
/// speed controller on such a pair runs away.
public struct DirectionCheck {
  /// Commands below this share of full power may lose to a slope or a hand.
  static let strongCommand = 0.2
  /// A wheel may need this long to come to rest from the other direction.
  static let patienceS = 0.5

  private let index: Int
  private var isForward: Bool?
  private var since = Instant.zero
  private var countsThen = 0

  /// - Parameter index: the motor's set point.
  public init(index: Int) { self.index = index }

  /// Call it in every tick, after the encoder's `update`.
  /// - Throws: `DeviceError.edges` when the wheel went a quarter turn against a strong command.
  public mutating func check(
    _ command: SafeCommand, _ encoder: QuadratureEncoder, now: Instant
  ) throws(DeviceError) {
    try check(command.isEnabled ? command.setPoints[index] : 0, encoder, now: now)
  }

  /// The same for the motor's set point alone; 0 while it is off.
  public mutating func check(
    _ value: Double, _ encoder: QuadratureEncoder, now: Instant
  ) throws(DeviceError) {
    guard abs(value) >= Self.strongCommand else {
      isForward = nil
      return
    }
    if isForward != (value > 0) { (isForward, since) = (value > 0, now) }
    let travelled = (encoder.counts - countsThen) * (value > 0 ? 1 : -1)
    // What went the right way before is no excuse for what goes back now.
    if (now - since).seconds <= Self.patienceS || travelled > 0 {
      countsThen = encoder.counts
      return
    }
    if 4 * travelled <= -encoder.settings.countsPerTurn {
      throw .edges(.reversed, line: encoder.name)
    }
  }
}
