// SPDX-License-Identifier: Apache-2.0
import Estimation
import Quantities
import Testing

struct MotorResponseTests {
  private static let noiseLimit = 0.02

  /// A motor with a dead band, a lag and noise, swept at 0.1 of duty a second, 100 times a second.
  private static func sweep(
    deadBand: Double, gain: Double = 1.2, noise: Double = 0.003, forward: Bool = true,
    restNoise: Double = 0.003, seed: UInt64 = 31, upTo limit: Double = 0.4
  ) -> MotorResponse.Sweep {
    var random = SeededGenerator(seed: seed, stream: "motor response")
    // 0.09 a sample is a time constant of 0.106 s, in which the duty rises by 0.0106.
    var sweep = MotorResponse.Sweep(noiseLimit: noiseLimit, lagDuty: 0.0106)
    for _ in 0..<50 { sweep.add(duty: 0, response: 0.001 + restNoise * random.normal()) }
    var response = 0.0
    for i in 1...Int(limit * 1000) where !sweep.isComplete {
      let duty = Double(i) / 1000
      response += 0.09 * (gain * max(0, duty - deadBand) - response)
      sweep.add(
        duty: forward ? duty : -duty, response: 0.001 + response + noise * random.normal())
    }
    return sweep
  }

  private func refusal(_ sweep: MotorResponse.Sweep) -> CalibrationRefusal? {
    do throws(CalibrationRefusal) {
      _ = try MotorResponse(sweep)
      return nil
    } catch {
      #expect(error.description.contains(". "), "says what to do: \(error)")
      return error
    }
  }

  @Test(
    "The dead band is found to half a hundredth, forward and backward", arguments: [0, 0.06, 0.17])
  func deadBand(deadBand: Double) throws {
    for forward in [true, false] {
      let sweep = Self.sweep(deadBand: deadBand, forward: forward)
      #expect(sweep.isComplete)
      let found = try MotorResponse(sweep)
      #expect(abs(found.deadBand - deadBand) < 0.005)
      #expect(abs(found.gain / 1.2 - 1) < 0.1)
      #expect(found.fit > 0.95)
    }
  }

  @Test("A motor that turns the other way has a negative gain and the same dead band")
  func reversed() throws {
    let found = try MotorResponse(Self.sweep(deadBand: 0.06, gain: -1.2))
    #expect(found.gain < -1)
    #expect(abs(found.deadBand - 0.06) < 0.005)
  }

  @Test("A motor without supply never completes the sweep and is refused")
  func dead() {
    let sweep = Self.sweep(deadBand: 1)
    #expect(!sweep.isComplete)
    #expect(refusal(sweep) == .noResponse(largestDuty: 0.4))
  }

  @Test("A robot that is pushed while at rest is refused")
  func pushed() {
    guard case .movedAtRest? = refusal(Self.sweep(deadBand: 0.1, restNoise: 0.05)) else {
      Issue.record("taken")
      return
    }
  }

  @Test("A response that goes up and down is refused")
  func erratic() {
    guard case .responseErratic? = refusal(Self.sweep(deadBand: 0, gain: 5, noise: 0.4)) else {
      Issue.record("taken")
      return
    }
  }

  @Test("One spike is not motion")
  func spike() {
    var sweep = MotorResponse.Sweep(noiseLimit: Self.noiseLimit, lagDuty: 0)
    for _ in 0..<50 { sweep.add(duty: 0, response: 0) }
    for i in 1...400 { sweep.add(duty: Double(i) / 1000, response: i == 50 ? 1 : 0) }
    #expect(!sweep.isComplete)
    #expect(refusal(sweep) == .noResponse(largestDuty: 0.4))
  }
}

struct DriveDirectionsTests {
  /// Every way two motors can be wired, driven with the kinematics of two wheels.
  @Test("Each of the eight ways to wire two motors is told apart", arguments: 0..<8)
  func wiring(bits: Int) {
    let (swapped, left, right) = (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0)
    /// Travel and left turn for commands of the motors called left and right.
    func drive(_ l: Double, _ r: Double) -> (travel: Double, turn: Double) {
      let (a, b) = (left ? -l : l, right ? -r : r)
      let wheels = swapped ? (left: b, right: a) : (left: a, right: b)
      return (wheels.left + wheels.right, wheels.right - wheels.left)
    }
    let leftTurnsLeft = drive(1, 0).turn > 0
    let rightTurnsLeft = drive(0, 1).turn > 0
    let signs = DriveDirections.straight(
      leftTurnsLeft: leftTurnsLeft, rightTurnsLeft: rightTurnsLeft)
    let straight = drive(signs.left, signs.right)
    #expect(straight.turn == 0 && straight.travel != 0)
    let found = DriveDirections(
      leftTurnsLeft: leftTurnsLeft, rightTurnsLeft: rightTurnsLeft,
      wentForward: straight.travel > 0)
    #expect(found.isSwapped == swapped)
    #expect(found.isLeftInverted == left)
    #expect(found.isRightInverted == right)
    #expect(found.isRight == (bits == 0))
  }
}

struct ServoEndTests {
  private static func watch(
    endAt end: Double, freeA: Double = 0.15, stallA: Double = 0.7, seed: UInt64 = 41
  ) -> ServoEnd.Watch {
    var random = SeededGenerator(seed: seed, stream: "servo current")
    var watch = ServoEnd.Watch()
    for i in 0...100 where !watch.isAtEnd {
      let position = Double(i) / 100
      watch.add(
        setPoint: position, currentA: (position > end ? stallA : freeA) + 0.02 * random.normal())
    }
    return watch
  }

  @Test("The end is where the current rises", arguments: [0.2, 0.63, 0.95])
  func found(end: Double) throws {
    let watch = Self.watch(endAt: end)
    #expect(watch.isAtEnd)
    let found = try watch.finish()
    #expect(abs(found.setPoint - end) < 0.011)
    #expect(found.rise > 3)
  }

  @Test("A servo that turns freely all the way has no end")
  func free() {
    let watch = Self.watch(endAt: 2)
    #expect(!watch.isAtEnd)
    #expect(throws: CalibrationRefusal.noEnd(reached: 1)) { try watch.finish() }
  }

  @Test("A servo that presses from the beginning is not believed")
  func blocked() {
    var watch = ServoEnd.Watch()
    for i in 0..<5 { watch.add(setPoint: Double(i) / 100, currentA: 0.7) }
    #expect(throws: CalibrationRefusal.tooFewSamples(found: 5, needed: 8)) { try watch.finish() }
  }

  @Test("One reading of a start-up peak is no stop")
  func peak() {
    var watch = ServoEnd.Watch()
    for i in 0..<60 {
      watch.add(setPoint: Double(i) / 100, currentA: i % 20 == 19 ? 0.8 : 0.15)
    }
    #expect(!watch.isAtEnd)
  }
}
