// SPDX-License-Identifier: Apache-2.0
import Estimation
import Quantities
import Testing

struct SixFaceTests {
  /// What the sensor makes of the truth: scale, misalignment and bias of a bad MPU-6050.
  static let distortion = Matrix3(
    rows: (Vector3(1.02, 0.01, -0.015), Vector3(-0.008, 0.98, 0.012), Vector3(0.01, -0.02, 1.03)))
  static let bias = Vector3(0.3, -0.2, 0.6)
  static let gyroBias = Vector3(0.02, -0.01, 0.005)

  /// Readings of the six faces, each put down `tiltRad` off in a direction of the seed's.
  static func readings(
    seed: UInt64 = 11, noiseMS2: Double = 0, tiltRad: Double = 0,
    distortion: Matrix3 = distortion, bias: Vector3 = bias
  ) -> [FaceReading] {
    var random = SeededGenerator(seed: seed, stream: "six faces")
    func noise(_ size: Double) -> Vector3 {
      size * Vector3(random.normal(), random.normal(), random.normal())
    }
    return Face.allCases.map { face in
      let aside = noise(1)
      let axis = face.up.cross(aside)
      let tilt = Quaternion(angleRad: tiltRad, axis: (1 / axis.norm) * axis)
      let truth = tilt.rotate(standardGravityMS2 * face.up)
      return FaceReading(
        face: face, accelMS2: distortion * truth + bias + noise(noiseMS2),
        gyroRadS: gyroBias + noise(1e-4), temperatureC: 31)
    }
  }

  private func refusal(_ readings: [FaceReading]) -> CalibrationRefusal? {
    do throws(CalibrationRefusal) {
      _ = try SixFaceCalibration(readings)
      return nil
    } catch {
      #expect(error.description.contains(". "), "says what to do: \(error)")
      return error
    }
  }

  @Test("Six exact readings give back scale, misalignment and bias exactly")
  func exact() throws {
    let result = try SixFaceCalibration(Self.readings())
    #expect((result.biasMS2 - Self.bias).norm < 1e-9)
    for axis in [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)] {
      #expect((result.matrix * (Self.distortion * axis) - axis).norm < 1e-9)
    }
    #expect(result.residualMS2 < 1e-9)
    #expect((result.gyroBiasRadS - Self.gyroBias).norm < 2e-4)
    #expect(result.temperatureC == 31)
  }

  @Test("Noise and a table that is half a degree off leave errors of their own size")
  func noisy() throws {
    let readings = Self.readings(noiseMS2: 0.005, tiltRad: radians(degrees: 0.5))
    let result = try SixFaceCalibration(readings)
    // g sin 0.5 deg = 0.086 m/s2.
    var calibration = ImuCalibration()
    (calibration.accelMatrix, calibration.accelBiasMS2) = (result.matrix, result.biasMS2)
    for truth in [Vector3(3, -4, 8), Vector3(-9.81, 0, 0), Vector3(0, 5, -5)] {
      let measured = Self.distortion * truth + Self.bias
      #expect((measured - truth).norm > 0.3, "there was something to correct")
      #expect((calibration.accelMS2(measured) - truth).norm < 0.13)
    }
    #expect(result.residualMS2 > 0.01 && result.residualMS2 < 0.09)
  }

  @Test("A face that was forgotten is named", arguments: Face.allCases)
  func missing(face: Face) {
    let five = Self.readings().filter { $0.face != face }
    #expect(refusal(five) == .facesMissing([face]))
  }

  @Test("A reading of another face than it says is refused with its angle")
  func alike() {
    var readings = Self.readings()
    readings[2].accelMS2 = readings[4].accelMS2
    guard case .notOnFace(.noseUp, let offDeg)? = refusal(readings) else {
      Issue.record("taken")
      return
    }
    #expect(abs(offDeg - 90) < 3)
  }

  @Test("Six times the same side is refused as too alike")
  func sameSide() {
    var readings = Self.readings()
    for i in readings.indices { readings[i].accelMS2 = readings[0].accelMS2 }
    #expect(refusal(readings) == .facesAlike)
  }

  @Test("One face put down crooked by 8 degrees is refused: the faces contradict each other")
  func crooked() {
    var readings = Self.readings()
    let tilt = Quaternion(angleRad: radians(degrees: 8), axis: Vector3(0, 1, 0))
    readings[2].accelMS2 = Self.distortion * tilt.rotate(Vector3(9.80665, 0, 0)) + Self.bias
    guard case .facesDisagree? = refusal(readings) else {
      Issue.record("taken: \(String(describing: refusal(readings)))")
      return
    }
  }

  @Test("Half of gravity everywhere is a wrong range, not a scale error")
  func wrongRange() {
    let half = Matrix3(rows: (Vector3(0.5, 0, 0), Vector3(0, 0.5, 0), Vector3(0, 0, 0.5)))
    guard case .accelImplausible? = refusal(Self.readings(distortion: half, bias: .zero)) else {
      Issue.record("taken")
      return
    }
  }

  @Test("A bias of a fifth of gravity is refused")
  func largeBias() {
    guard case .accelImplausible? = refusal(Self.readings(bias: Vector3(0, 0, 2))) else {
      Issue.record("taken")
      return
    }
  }

  @Test("A gyro whose bias wanders between the faces is refused")
  func gyroWanders() {
    var readings = Self.readings()
    readings[5].gyroRadS += Vector3(0, 0.01, 0)
    guard case .gyroWandered? = refusal(readings) else {
      Issue.record("taken")
      return
    }
  }

  @Test("A robot on an edge lies on no face, on a face it lies on that one")
  func faces() {
    #expect(Face(accelMS2: Vector3(6.9, 6.9, 0)) == nil)
    #expect(Face(accelMS2: .zero) == nil)
    for face in Face.allCases {
      #expect(Face(accelMS2: 9.5 * face.up + Vector3(0.5, 0.5, 0.5)) == face)
      #expect(face.angleRad(to: -face.up) > 3.14)
    }
  }

  @Test("The identity changes nothing, bit for bit")
  func identity() {
    let value = Vector3(0.1, -9.7, 1e-12)
    #expect(ImuCalibration().accelMS2(value) == value)
    #expect(ImuCalibration().magneticT(value) == value)
  }
}
