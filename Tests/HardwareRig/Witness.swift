// SPDX-License-Identifier: Apache-2.0
import Quantities
import Simulation

/// Sees what the robot truly does, and says so each time that its bridge was awake.
struct Witness {
  /// How long a hand holds a balancing robot after its motors have power.
  private static let holdS = 0.2
  /// How long after the bridge fell asleep the wheels are looked at once more.
  private static let rollS = 2.0

  private let world: any World
  private let say: (String) -> Void
  private var wokeAt: Instant?
  private var sleptAt: Instant?
  private var lookedAt = Instant.zero
  private var travelM = SIMD2<Double>.zero

  init(world: any World, say: @escaping (String) -> Void) { (self.world, self.say) = (world, say) }

  /// Left and right, m/s.
  private var wheelsMS: SIMD2<Double> {
    let truth = world.truth
    return world is BalanceWorld ? [truth[3], truth[3]] : [truth[3], truth[4]]
  }

  mutating func bridge(isAwake: Bool, now: Instant) {
    if isAwake, wokeAt == nil {
      (wokeAt, sleptAt, travelM) = (now, nil, .zero)
    } else if !isAwake, let begin = wokeAt {
      (wokeAt, sleptAt) = (nil, now)
      let awakeS = Text.fixed((now - begin).seconds, 1)
      say("awake \(awakeS) s, wheels rolled \(Text.both(travelM)) m, \(pose)")
    }
  }

  mutating func look(now: Instant) {
    let dtS = (now - lookedAt).seconds
    lookedAt = now
    travelM += SIMD2(abs(wheelsMS.x), abs(wheelsMS.y)) * dtS
    if let wokeAt, let world = world as? BalanceWorld, world.isHeld,
      (now - wokeAt).seconds >= Self.holdS
    {
      world.release(tiltRateRadS: 0)
    }
    if let at = sleptAt, (now - at).seconds >= Self.rollS {
      sleptAt = nil
      say("two seconds later the wheels do \(Text.both(wheelsMS)) m/s")
    }
  }

  private var pose: String {
    let truth = world.truth
    if let world = world as? BalanceWorld {
      return (world.hasFallen ? "has fallen" : "is upright") + " at \(Text.fixed(truth[2], 2)) m"
    }
    let turnDeg = truth[2] * 180 / .pi
    return "now at \(Text.both([truth[0], truth[1]])) m, \(Text.fixed(turnDeg, 0)) deg"
  }

  private enum Text {
    static func both(_ pair: SIMD2<Double>) -> String {
      "\(fixed(pair.x, 2)) and \(fixed(pair.y, 2))"
    }

    static func fixed(_ value: Double, _ decimals: Int) -> String {
      var scale = 1.0
      for _ in 0..<decimals { scale *= 10 }
      let whole = Int((abs(value) * scale).rounded())
      let sign = value < 0 && whole > 0 ? "-" : ""
      guard decimals > 0 else { return "\(sign)\(whole)" }
      let digits = "\(whole % Int(scale))"
      let zeros = String(repeating: "0", count: decimals - digits.count)
      return "\(sign)\(whole / Int(scale)).\(zeros)\(digits)"
    }
  }
}
