// SPDX-License-Identifier: Apache-2.0
import Quantities

/// The encoders on a simulated robot's wheels.
final class FakeWheels {
  private struct Wheel {
    let side: Int
    let radiusM: Double
    let encoder: FakeEncoder
    let isSwapped: Bool
    var angleRad = 0.0
  }

  private var wheels: [Wheel]
  /// Decides which edges are lost.
  private final class Luck {
    var isBad = false
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed, stream: "encoder edges") }

    func loses() -> Bool { isBad && random.uniform() < FaultStrength.share }
  }

  private let luck: Luck

  init(_ wiring: [MachineWiring.Encoder], seed: UInt64) {
    let luck = Luck(seed: seed)
    self.luck = luck
    wheels = wiring.map { place in
      let encoder = FakeEncoder(
        a: place.a, b: place.b, countsPerTurn: place.countsPerTurn, isSwapped: place.isInverted,
        capacity: FakeEdgeLine.largestCapacity)
      encoder.a.loses = luck.loses
      encoder.b.loses = luck.loses
      return Wheel(
        side: place.wheel, radiusM: place.wheelDiameterM / 2, encoder: encoder,
        isSwapped: place.isInverted)
    }
  }

  var isEmpty: Bool { wheels.isEmpty }
  var lines: [FakeEdgeLine] { wheels.flatMap { [$0.encoder.a, $0.encoder.b] } }

  var fault = Fault.ok {
    didSet {
      luck.isBad = fault == .intermittent
      for wheel in wheels {
        wheel.encoder.isUnplugged = fault == .off
        wheel.encoder.isSwapped = wheel.isSwapped != (fault == .wrong)
      }
    }
  }

  /// Moves on by a step, over which these speeds of the rims held.
  func turn(_ speedMS: SIMD2<Double>, dtS: Double, now: Instant) {
    for i in wheels.indices {
      wheels[i].angleRad += speedMS[wheels[i].side] / wheels[i].radiusM * dtS
      wheels[i].encoder.turn(toRad: wheels[i].angleRad, at: now)
      if fault == .garbage { wheels[i].encoder.chatter(at: now) }
    }
  }
}
