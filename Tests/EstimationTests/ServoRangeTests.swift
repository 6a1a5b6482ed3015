// SPDX-License-Identifier: Apache-2.0
import Estimation
import Testing

struct ServoRangeTests {
  @Test("It stays away from the stops by the margin")
  func stops() throws {
    let range = try ServoRange(
      lower: .stop(-0.7, freeA: 0.2), upper: .stop(0.8, freeA: 0.25), margin: 0.05)
    #expect(abs(range.lower + 0.65) < 1e-12 && abs(range.upper - 0.75) < 1e-12)
  }

  @Test("A side without a stop keeps its limit, once the other side proves that stops are felt")
  func oneSide() throws {
    let range = try ServoRange(
      lower: .limit(0, freeA: 0.2), upper: .stop(0.8, freeA: nil), margin: 0)
    #expect(range.lower == 0 && range.upper == 0.8)
  }

  @Test("No stop on either side proves nothing")
  func neither() {
    #expect(throws: CalibrationRefusal.noEnd(reached: 0.9)) {
      try ServoRange(lower: .limit(-1, freeA: 0.2), upper: .limit(0.9, freeA: 0.2), margin: 0.05)
    }
  }

  @Test("A stop at 0, on either side, leaves no room", arguments: [(-0.1, 0.7), (-0.7, 0.1)])
  func narrow(lower: Double, upper: Double) {
    let margin = 0.01
    #expect(throws: CalibrationRefusal.noRoom(lower: lower + margin, upper: upper - margin)) {
      try ServoRange(
        lower: .stop(lower, freeA: nil), upper: .stop(upper, freeA: nil), margin: margin)
    }
  }

  @Test("Lifting may take more current than lowering: stops on both sides are believed")
  func gravity() throws {
    let range = try ServoRange(
      lower: .stop(-0.5, freeA: 0.6), upper: .stop(0.5, freeA: 0.2), margin: 0.1)
    #expect(range.lower == -0.4 && range.upper == 0.4)
  }

  @Test("A side without a stop on which it draws much more than on the other was pressed")
  func aside() {
    #expect(throws: CalibrationRefusal.noRoom(lower: -1, upper: 0.8)) {
      try ServoRange(lower: .limit(-1, freeA: 0.7), upper: .stop(0.8, freeA: 0.2), margin: 0)
    }
  }
}
