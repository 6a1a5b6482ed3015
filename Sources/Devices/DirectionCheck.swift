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
    let value = command.isEnabled ? command.setPoints[index] : 0
    guard abs(value) >= Self.strongCommand else {
      isForward = nil
      return
    }
    if isForward != (value > 0) { (isForward, since) = (value > 0, now) }
    if (now - since).seconds <= Self.patienceS { countsThen = encoder.counts }
    let travelled = (encoder.counts - countsThen) * (value > 0 ? 1 : -1)
    if 4 * travelled <= -encoder.settings.countsPerTurn {
      throw .edges(.reversed, line: encoder.name)
    }
  }
}
