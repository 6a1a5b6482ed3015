// SPDX-License-Identifier: Apache-2.0
import Safety
import Testing

/// How long it takes from a cause until the actuators are off.
@Suite("Safe within")
struct SafeWithinTests {
  /// Periods of 1/64 s, so that sums are exact.
  private static let dyadic: GateLimits = {
    var dyadic = complete
    (dyadic.periodS, dyadic.rampS) = (1 / 64, 0.25)
    (dyadic.imuTimeoutS, dyadic.frameTimeoutS, dyadic.planTimeoutS) = (0.125, 0.5, 1)
    (dyadic.tickTimeoutS, dyadic.supplyTimeoutS, dyadic.gridTimeoutS) = (2, 4, 8)
    (dyadic.linkTimeoutS, dyadic.computer.lookS) = (16, 32)
    return dyadic
  }()
  private static let twoPeriodsS = 2.0 / 64

  @Test("what cuts takes two periods and its debounce, what ramps the ramp as well")
  func cutAndRamp() {
    let limits = Self.dyadic
    #expect(limits.safeWithinS(.tilted) == Self.twoPeriodsS)
    #expect(limits.safeWithinS(.stall) == 0.5 + Self.twoPeriodsS)
    #expect(limits.safeWithinS(.frozenImu) == 0.25 + Self.twoPeriodsS)
    #expect(limits.safeWithinS(.lowBattery) == 2 + 0.25 + Self.twoPeriodsS)
  }

  @Test(
    "what has to be waited for counts: an age, or the next look at the computer",
    arguments: [
      (Refusal.staleImu, 0.125), (.staleFrame, 0.5), (.stalePlan, 1), (.lateTick, 2),
      (.staleSupply, 4), (.staleGrid, 8), (.linkLost, 16), (.modelChanged, 32),
      (.boardChanged, 32), (.diskFull, 33), (.memoryPressure, 33), (.overTemperature, 33)
    ])
  func waited(refusal: Refusal, waitS: Double) {
    #expect(Self.dyadic.safeWithinS(refusal) == waitS + 0.25 + Self.twoPeriodsS)
  }

  @Test("a part that the robot does not have adds nothing")
  func withoutParts() {
    var bare = Self.dyadic
    (bare.frameTimeoutS, bare.supplyTimeoutS) = (nil, nil)
    (bare.gridTimeoutS, bare.linkTimeoutS) = (nil, nil)
    for refusal in [Refusal.staleFrame, .staleSupply, .staleGrid, .linkLost] {
      #expect(bare.safeWithinS(refusal) == 0.25 + Self.twoPeriodsS)
    }
  }

  @Test("what does not stop the robot, and what only keeps it from arming, has no such time")
  func none() {
    for refusal in Refusal.allCases {
      let stops = Self.dyadic.failsafes[refusal].action >= .ramp && refusal.isWatched
      #expect((Self.dyadic.safeWithinS(refusal) != nil) == stops, "\(refusal)")
    }
    #expect(Self.dyadic.safeWithinS(.hot) == nil)
    #expect(Self.dyadic.safeWithinS(.notCalibrated) == nil)
  }
}
