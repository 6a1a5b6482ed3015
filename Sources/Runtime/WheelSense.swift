// SPDX-License-Identifier: Apache-2.0
import Board
import Devices
import Quantities
import Safety

/// What the encoders say of the driven wheels.
struct WheelSense {
  /// Edges lost between two looks from which on the count is no longer known: a whole cycle, with
  /// which the four phases of the two lines come round unseen.
  private static let cycle = 4
  /// Twice what full power gives is noise on the lines, no speed.
  private static let largestShare = 2.0

  /// Travel since the last look and speed of the left and the right wheel.
  private(set) var travelM = SIMD2<Double>.zero
  private(set) var speedMS = SIMD2<Double>.zero
  /// Both wheels have an encoder.
  let isComplete: Bool
  private let wheels: [BodySensors.Wheel]
  private let maxSpeedMS: Double?
  private var countsThen: [Int]
  private var lostThen: [Int]
  private var directions: [DirectionCheck]

  init(_ wheels: [BodySensors.Wheel], maxSpeedMS: Double?) {
    (self.wheels, self.maxSpeedMS) = (wheels, maxSpeedMS)
    countsThen = wheels.map(\.encoder.counts)
    lostThen = wheels.map(\.encoder.lostEdges)
    directions = wheels.map { DirectionCheck(index: $0.index) }
    isComplete = [0, 1].allSatisfy { side in wheels.contains { $0.index == side } }
  }

  /// Takes the edges up to now.
  /// - Parameter drive: set points now applied (left, right).
  /// - Throws: what went wrong last, after all of them were read.
  mutating func look(
    _ senses: inout Senses, drive: SIMD2<Double>, now: Instant
  ) throws(DeviceError) {
    var failure: DeviceError?
    senses.hasLostCount = false
    for (i, wheel) in wheels.enumerated() {
      do throws(DeviceError) { try wheel.encoder.update(now: now) } catch {
        failure = error
        senses.hasLostCount = true
      }
      take(i, wheel, &senses)
      guard wheel.index < 2 else { continue }
      do throws(DeviceError) {
        try directions[i].check(drive[wheel.index], wheel.encoder, now: now)
      } catch {
        failure = error
        // Nothing that steers by this wheel can be right.
        senses.hasDeviceFailed = true
      }
    }
    if let failure { throw failure }
  }

  private mutating func take(_ i: Int, _ wheel: BodySensors.Wheel, _ senses: inout Senses) {
    let encoder = wheel.encoder
    if encoder.lostEdges - lostThen[i] >= Self.cycle { senses.hasLostCount = true }
    let speed = encoder.speedRadS * wheel.radiusM
    if wheel.index < 2 {
      let turns = Double(encoder.counts - countsThen[i]) / Double(encoder.settings.countsPerTurn)
      travelM[wheel.index] = turns * 2 * .pi * wheel.radiusM
      speedMS[wheel.index] = speed
    }
    (countsThen[i], lostThen[i]) = (encoder.counts, encoder.lostEdges)
    guard let maxSpeedMS else { return }
    let share = speed / maxSpeedMS
    if abs(share) > Self.largestShare { senses.hasLostCount = true }
    senses.measured[wheel.index] = share
    senses.isMeasured[wheel.index] = true
  }
}
