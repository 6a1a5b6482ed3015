// SPDX-License-Identifier: Apache-2.0
import Estimation
import Quantities
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

struct CameraDelayTests {
  /// Hand-like turning: three sines that never repeat together. Units: rad and rad/s.
  static func angleRad(_ t: Double) -> Double {
    0.3 * sin(2.1 * t) + 0.15 * sin(3.7 * t + 1) + 0.05 * sin(6.1 * t + 2)
  }

  static func rateRadS(_ t: Double) -> Double {
    0.63 * cos(2.1 * t) + 0.555 * cos(3.7 * t + 1) + 0.305 * cos(6.1 * t + 2)
  }

  /// Twelve seconds at 100 Hz and 10 frames a second of 30 px a radian.
  static func recording(
    delayS: Double, seed: UInt64 = 21, shiftNoisePx: Double = 0, rateNoiseRadS: Double = 0,
    amplitude: Double = 1, mirrored: Bool = false, angle: (Double) -> Double = angleRad,
    rate: (Double) -> Double = rateRadS
  ) -> CameraDelay.Recording {
    var random = SeededGenerator(seed: seed, stream: "camera delay")
    var recording = CameraDelay.Recording()
    for i in 0..<1200 {
      let t = Double(i) / 100
      recording.add(yawRateRadS: amplitude * rate(t) + rateNoiseRadS * random.normal(), atS: t)
    }
    for i in 1..<120 {
      let (from, to) = (Double(i - 1) / 10 + 0.003, Double(i) / 10 + 0.003)
      let turned = amplitude * (angle(to - delayS) - angle(from - delayS))
      let shift = (mirrored ? -30 : 30) * turned + shiftNoisePx * random.normal()
      recording.add(shiftPx: shift, fromS: from, toS: to)
    }
    return recording
  }

  private func refusal(_ recording: CameraDelay.Recording) -> CalibrationRefusal? {
    do throws(CalibrationRefusal) {
      _ = try CameraDelay(recording)
      return nil
    } catch {
      #expect(error.description.contains(". "), "says what to do: \(error)")
      return error
    }
  }

  @Test(
    "A delay is found to half a millisecond, early or late",
    arguments: [-0.12, 0, 0.0037, 0.08, 0.21])
  func exact(delayS: Double) throws {
    let found = try CameraDelay(Self.recording(delayS: delayS))
    #expect(abs(found.delayS - delayS) < 5e-4)
    #expect(found.correlation > 0.999)
  }

  @Test("With a pixel's tenth of noise and the gyro's it is found to 3 ms")
  func noisy() throws {
    let found = try CameraDelay(
      Self.recording(delayS: 0.045, shiftNoisePx: 0.1, rateNoiseRadS: 0.01))
    #expect(abs(found.delayS - 0.045) < 3e-3)
    #expect(found.frames > 100)
  }

  @Test("A robot that hardly turns is refused")
  func still() {
    guard case .tooLittleMotion? = refusal(Self.recording(delayS: 0, amplitude: 0.1)) else {
      Issue.record("taken")
      return
    }
  }

  @Test("Pictures that have nothing to do with the turning are refused")
  func unrelated() {
    guard case .noCorrelation? = refusal(Self.recording(delayS: 0, shiftNoisePx: 30)) else {
      Issue.record("taken")
      return
    }
  }

  @Test("A camera that stands on its head is refused")
  func mirrored() {
    guard case .noCorrelation? = refusal(Self.recording(delayS: 0, mirrored: true)) else {
      Issue.record("taken")
      return
    }
  }

  @Test("Turning like a pendulum leaves two answers and is refused")
  func regular() {
    // A period of 0.3 s: the delay and the delay less a period fit alike.
    let omega = 2 * Double.pi / 0.3
    let recording = Self.recording(
      delayS: 0.1, angle: { 0.1 * sin(omega * $0) }, rate: { 0.1 * omega * cos(omega * $0) })
    guard case .ambiguousDelay? = refusal(recording) else {
      Issue.record("taken: \(String(describing: refusal(recording)))")
      return
    }
  }

  @Test("A delay beyond the search is refused, not reported as its end")
  func late() {
    let found = refusal(Self.recording(delayS: 0.4))
    let isRefused =
      switch found {
      case .delayTooLong?, .noCorrelation?: true
      default: false
      }
    #expect(isRefused, "\(String(describing: found))")
  }

  @Test("A few frames are not enough")
  func few() {
    #expect(refusal(CameraDelay.Recording()) == .tooFewSamples(found: 0, needed: 30))
  }
}

struct ImageShiftTests {
  private static let (width, height) = (64, 16)

  /// A picture of blobs, shifted to the right by a fraction of a pixel, with noise and brightness.
  private static func picture(
    shiftPx: Double, seed: UInt64, light: Double = 0, contrast: Double = 60
  ) -> [UInt8] {
    var random = SeededGenerator(seed: seed, stream: "picture noise")
    var pixels: [UInt8] = []
    for _ in 0..<height {
      for column in 0..<width {
        let x = Double(column) - shiftPx
        let value = 120 + contrast * (sin(0.31 * x) + 0.6 * sin(0.83 * x + 1)) / 1.6 + light
        for _ in 0..<3 {
          pixels.append(UInt8(max(0, min(255, value + 4 * random.normal()))))
        }
      }
    }
    return pixels
  }

  @Test("A shift is found to a tenth of a pixel", arguments: [-9.3, -0.4, 0, 2.5, 12])
  func found(shiftPx: Double) throws {
    var shift = ImageShift(width: Self.width, height: Self.height)
    #expect(shift.shiftPx(to: Self.picture(shiftPx: 0, seed: 1)) == nil, "the first has no before")
    let seen = shift.shiftPx(to: Self.picture(shiftPx: shiftPx, seed: 2, light: 20))
    #expect(abs(try #require(seen) - shiftPx) < 0.1)
  }

  @Test("A blank wall moves nowhere that could be seen")
  func blank() {
    var shift = ImageShift(width: Self.width, height: Self.height)
    _ = shift.shiftPx(to: Self.picture(shiftPx: 0, seed: 1, contrast: 0))
    #expect(shift.shiftPx(to: Self.picture(shiftPx: 3, seed: 2, contrast: 0)) == nil)
  }
}
