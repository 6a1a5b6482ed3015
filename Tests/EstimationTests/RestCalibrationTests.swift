// SPDX-License-Identifier: Apache-2.0
import Estimation
import Quantities
import Testing

struct RestCalibrationTests {
  private static let bias = Vector3(0.05, -0.1, 0.2)

  /// Three seconds at 200 Hz of a standing robot with a noisy IMU, changed by `disturb(time)`.
  private func run(
    samples: Int = 600, gravityMS2: Double = 9.81, bias: Vector3 = bias,
    disturb: (Double) -> (gyro: Vector3, accel: Vector3) = { _ in (.zero, .zero) }
  ) -> Result<RestState, RestCalibrationError> {
    var random = SeededGenerator(seed: 3)
    var calibration = RestCalibration(sampleRateHz: 200)
    func noise(_ sigma: Double) -> Vector3 {
      Vector3(sigma * random.normal(), sigma * random.normal(), sigma * random.normal())
    }
    for i in 0..<samples {
      let extra = disturb(Double(i) / 200)
      calibration.add(
        gyroRadS: bias + noise(0.001) + extra.gyro,
        accelMS2: Vector3(0, 0, gravityMS2) + noise(0.05) + extra.accel)
    }
    do { return .success(try calibration.finish()) } catch { return .failure(error) }
  }

  private func refusal(_ result: Result<RestState, RestCalibrationError>) -> RestCalibrationError? {
    if case .failure(let error) = result {
      #expect(error.description.contains(". "))
      return error
    }
    return nil
  }

  @Test("A standing robot gives its bias, its noise and where up is")
  func still() throws {
    let state = try run().get()
    // 0.001 rad/s of noise over 600 samples leaves 4e-5; five sigma.
    #expect((state.gyroBiasRadS - Self.bias).norm < 2e-4)
    #expect(abs(state.gyroNoiseRadS.x - 0.001) < 2e-4)
    #expect((state.accelMS2 - Vector3(0, 0, 9.81)).norm < 0.02)
    #expect(state.samples == 600)
  }

  @Test("Too few samples are refused with both numbers")
  func tooFew() {
    #expect(refusal(run(samples: 599)) == .tooFewSamples(found: 599, needed: 600))
  }

  @Test("A sample that is no number is refused")
  func notFinite() {
    let result = run { t in (t == 1 ? Vector3(.nan, 0, 0) : .zero, .zero) }
    #expect(refusal(result) == .notFinite(samples: 1))
  }

  @Test("A shake of the gyro is refused and its axis named")
  func gyroMoved() {
    let result = run { t in
      (Vector3(0, (Int(t * 200) % 2 == 0) ? 0.02 : -0.02, 0), .zero)
    }
    guard case .gyroMoved(axis: .y, spreadRadS: let spread, limitRadS: _)? = refusal(result) else {
      Issue.record("not refused for the gyro's y: \(result)")
      return
    }
    #expect(abs(spread - 0.02) < 0.002)
  }

  @Test("A slow turn that starts during the calibration is refused")
  func gyroDrifted() {
    let result = run { t in (Vector3(0, 0, t > 2.5 ? 0.008 : 0), .zero) }
    guard case .gyroDrifted(axis: .z, driftRadS: _, limitRadS: _)? = refusal(result) else {
      Issue.record("not refused for drift about z: \(result)")
      return
    }
  }

  @Test("Vibration of the frame is refused")
  func accelMoved() {
    let result = run { t in (.zero, Vector3((Int(t * 200) % 2 == 0) ? 0.5 : -0.5, 0, 0)) }
    guard case .accelMoved(axis: .x, spreadMS2: _, limitMS2: _)? = refusal(result) else {
      Issue.record("not refused for x: \(result)")
      return
    }
  }

  @Test("A slow tilt is refused")
  func accelDrifted() {
    let result = run { t in (.zero, Vector3(0, 0.1 * t, 0)) }
    guard case .accelDrifted(axis: .y, driftMS2: _, limitMS2: _)? = refusal(result) else {
      Issue.record("not refused for y: \(result)")
      return
    }
  }

  @Test("A steady turn faster than any bias is refused")
  func biasTooLarge() {
    guard
      case .biasTooLarge(axis: .z, biasRadS: _, limitRadS: _)? = refusal(
        run(bias: Vector3(0, 0, 0.5)))
    else {
      Issue.record("not refused for z")
      return
    }
  }

  @Test("An accelerometer in the wrong range is refused")
  func gravityOff() {
    guard case .gravityOff(foundMS2: _, limitMS2: _)? = refusal(run(gravityMS2: 4.9)) else {
      Issue.record("half of gravity was taken")
      return
    }
  }
}
