// SPDX-License-Identifier: Apache-2.0
import Quantities
import Runtime
import Testing

@Suite("IMU health")
struct ImuHealthTests {
  static let rangesDegS = [250.0, 500, 1000, 2000]
  static let up = Vector3(0, 0, 9.81)

  private func fresh(_ rangeDegS: Double = 500) -> ImuHealth {
    ImuHealth(gyroRangeRadS: rangeDegS * .pi / 180, accelRangeMS2: 40)
  }

  @Test("random data is noticed within 25 samples at every range", arguments: rangesDegS, 1...50)
  func garbage(rangeDegS: Double, seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "garbage")
    var health = fresh(rangeDegS)
    let (rate, force) = (rangeDegS * .pi / 180, 2 * 9.81)
    func word(_ scale: Double) -> Double { random.uniform(-scale...scale) }
    // 250 deg/s and 2 g is the hardest pair to tell: it may take twice as long.
    var noticedAfter = Int.max
    for i in 1...100 {
      health.observe(
        gyroRadS: Vector3(word(rate), word(rate), word(rate)),
        accelMS2: Vector3(word(force), word(force), word(force)))
      if health.isImplausible { noticedAfter = min(noticedAfter, i) }
    }
    #expect(noticedAfter <= (rangeDegS > 250 ? 25 : 50), "seed \(seed)")
    #expect(!health.isFrozen)
  }

  @Test("hard but possible motion is not", arguments: 1...50)
  func hardMotion(seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "hard motion")
    var (health, rate) = (fresh(), Vector3.zero)
    for tick in 0..<2000 {
      // Turns at 100 Hz with up to 100 rad/s2, vibration of 1 g, a bump of 5 g every second.
      let pull = Vector3(random.normal(), random.normal(), random.normal())
      rate = 0.9 * (rate + 0.5 * pull)
      let bump = tick % 100 == 0 ? 50.0 : 0
      let shake = 3 * Vector3(random.normal(), random.normal(), random.normal())
      health.observe(gyroRadS: rate, accelMS2: Self.up + shake + Vector3(bump, 0, 0))
      guard !health.isImplausible else {
        Issue.record("seed \(seed), tick \(tick)")
        return
      }
    }
  }

  static let impossibleSamples: [(Vector3, Vector3)] = [
    (.zero, Vector3(0, 0, 1.9)), (.zero, Vector3(0, 0, 0)), (.zero, Vector3(45, 30, 30)),
    (Vector3(0, 0, 8.72), up), (Vector3(-8.727, 0, 0), up), (Vector3(0, 8.727, 0), up)
  ]

  @Test(
    "free fall, six g and full scale are, after ten samples", arguments: impossibleSamples.indices)
  func impossible(index: Int) {
    var health = fresh()
    let (gyro, force) = Self.impossibleSamples[index]
    for i in 0..<ImuHealth.implausibleSamples {
      #expect(!health.isImplausible)
      health.observe(gyroRadS: gyro, accelMS2: force + Vector3(0, 0, 1e-6 * Double(i)))
    }
    #expect(health.isImplausible)
    for _ in 0..<100 { health.observe(gyroRadS: gyro, accelMS2: force) }
    for _ in 0..<ImuHealth.implausibleSamples {
      #expect(health.isImplausible, "it takes as many good samples")
      health.observe(gyroRadS: .zero, accelMS2: Self.up)
    }
    // Coming back from full scale may have been one impossible leap more.
    for _ in 0..<2 { health.observe(gyroRadS: .zero, accelMS2: Self.up) }
    #expect(!health.isImplausible)
  }

  static let possibleSamples: [(Vector3, Vector3)] = [
    (.zero, Vector3(0, 0, 2.1)), (.zero, Vector3(59, 0, 0)), (Vector3(8.7, 0, 0), up)
  ]

  @Test("values just inside the bounds are possible for ever", arguments: possibleSamples.indices)
  func possible(index: Int) {
    var health = fresh()
    let (gyro, force) = Self.possibleSamples[index]
    for _ in 0..<100 { health.observe(gyroRadS: gyro, accelMS2: force) }
    #expect(!health.isImplausible)
  }

  @Test("a rate that leaps by more than 3 rad/s with every sample is impossible, 2.9 is not")
  func leaps() {
    for (size, isImpossible) in [(3.1, true), (2.9, false)] {
      var health = fresh()
      for i in 0..<40 {
        health.observe(gyroRadS: Vector3(0, i % 2 == 0 ? size : 0, 0), accelMS2: Self.up)
      }
      #expect(health.isImplausible == isImpossible)
    }
  }

  @Test("the same sample twenty times over is frozen; one that differs thaws it")
  func frozen() {
    var health = fresh()
    for _ in 0..<ImuHealth.frozenSamples {
      health.observe(gyroRadS: .zero, accelMS2: Self.up)
      #expect(!health.isFrozen)
    }
    health.observe(gyroRadS: .zero, accelMS2: Self.up)
    #expect(health.isFrozen)
    health.observe(gyroRadS: .zero, accelMS2: Self.up + Vector3(1e-6, 0, 0))
    #expect(!health.isFrozen)
    for _ in 0..<100 { health.observe(gyroRadS: .zero, accelMS2: Vector3(0, 0, 9.8)) }
    #expect(health.isFrozen)
    health.observe(gyroRadS: Vector3(0, 1e-6, 0), accelMS2: Vector3(0, 0, 9.8))
    #expect(!health.isFrozen)
  }
}
