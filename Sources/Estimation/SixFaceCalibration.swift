// SPDX-License-Identifier: Apache-2.0
import Quantities

/// One standing measurement on one face.
public struct FaceReading: Hashable, Sendable {
  public var face: Face
  /// Means over the standstill. Units: m/s2 and rad/s. Frame: body.
  public var accelMS2: Vector3
  public var gyroRadS: Vector3
  public var temperatureC: Double

  public init(face: Face, accelMS2: Vector3, gyroRadS: Vector3, temperatureC: Double) {
    (self.face, self.accelMS2, self.gyroRadS) = (face, accelMS2, gyroRadS)
    self.temperatureC = temperatureC
  }
}

/// The accelerometer's scale, misalignment and bias from standing on six faces.
///
/// On each face gravity is known, g along the axis that points up. Each true component is a row of
/// the matrix times the reading plus a constant: three problems of four unknowns.
///
/// Source: STMicroelectronics AN4508, "Parameters and calibration of a low-g 3-axis accelerometer"
/// (12 parameters from six positions by least squares).
public struct SixFaceCalibration: Hashable, Sendable {
  public var matrix: Matrix3
  public var biasMS2: Vector3
  public var gyroBiasRadS: Vector3
  public var temperatureC: Double
  /// Root mean square over faces and axes of what the fit leaves. Units: m/s2.
  public var residualMS2: Double

  /// What a fit must keep to be used.
  public enum Limits {
    /// Six equations for four unknowns leave a third of the faces' errors in the residual: 0.12
    /// m/s2 is every face 2 deg off (g sin 2 deg = 0.34 m/s2), or one of them 5 deg.
    public static let residualMS2 = 0.12
    /// Sources: MPU-6000 product specification 3.4, 6.2: scale ±3 %, cross-axis ±2 %, and 5 deg of
    /// crooked mounting.
    public static let matrix = 0.15
    /// The same: zero-g output ±80 mg, doubled for soldering and age.
    public static let biasMS2 = 0.16 * standardGravityMS2
    /// A bias that changed this much between the faces is no constant. Half of MPU-6000's noise
    /// limit for rest (see `RestLimits`).
    public static let gyroSpreadRadS = radians(degrees: 0.5)
  }

  /// Fits readings of all six faces; more than one of a face are fine.
  ///
  /// Throws: why the result is not to be used.
  public init(_ readings: [FaceReading]) throws(CalibrationRefusal) {
    let missing = Face.allCases.filter { face in !readings.contains { $0.face == face } }
    guard missing.isEmpty else { throw .facesMissing(missing) }
    (matrix, biasMS2) = try Self.fit(readings)
    for reading in readings {
      let offRad = reading.face.angleRad(to: reading.accelMS2)
      guard offRad <= Face.toleranceRad else {
        throw .notOnFace(reading.face, offDeg: degrees(radians: offRad))
      }
    }
    let count = Double(readings.count)
    gyroBiasRadS = (1 / count) * readings.reduce(.zero) { $0 + $1.gyroRadS }
    temperatureC = readings.reduce(0) { $0 + $1.temperatureC } / count
    residualMS2 = 0
    let squares = readings.reduce(0.0) { sum, reading in
      let left = matrix * (reading.accelMS2 - biasMS2) - standardGravityMS2 * reading.face.up
      return sum + left.dot(left)
    }
    residualMS2 = (squares / (3 * count)).squareRoot()
    try check(readings)
  }

  private static func fit(
    _ readings: [FaceReading]
  ) throws(CalibrationRefusal) -> (Matrix3, Vector3) {
    var rows: [Vector3] = []
    var constants: [Double] = []
    for axis in 0..<3 {
      var problem = LeastSquares(unknowns: 4)
      for reading in readings {
        // In units of gravity, so that all coefficients are about 1.
        let a = (1 / standardGravityMS2) * reading.accelMS2
        problem.add([a.x, a.y, a.z, 1], reading.face.up[axis])
      }
      guard let solution = problem.solve() else { throw .facesAlike }
      rows.append(Vector3(solution[0], solution[1], solution[2]))
      constants.append(solution[3])
    }
    let matrix = Matrix3(rows: (rows[0], rows[1], rows[2]))
    guard let inverse = matrix.inverse else { throw .facesAlike }
    let constant = standardGravityMS2 * Vector3(constants[0], constants[1], constants[2])
    return (matrix, -(inverse * constant))
  }

  private func check(_ readings: [FaceReading]) throws(CalibrationRefusal) {
    guard residualMS2 <= Limits.residualMS2 else {
      throw .facesDisagree(residualMS2: residualMS2, limitMS2: Limits.residualMS2)
    }
    let rows = [matrix.rows.0, matrix.rows.1, matrix.rows.2]
    for (i, row) in rows.enumerated() {
      for j in 0..<3 where abs(row[j] - (i == j ? 1 : 0)) > Limits.matrix {
        throw .accelImplausible("entry \(i + 1), \(j + 1) of its matrix is \(row[j])")
      }
      guard abs(biasMS2[i]) <= Limits.biasMS2 else {
        throw .accelImplausible("its bias is \(biasMS2[i]) m/s2")
      }
    }
    var gyro = RunningRange()
    for reading in readings { gyro.add(reading.gyroRadS) }
    let spread = max(gyro.width.x, gyro.width.y, gyro.width.z)
    guard spread <= Limits.gyroSpreadRadS else {
      throw .gyroWandered(spreadRadS: spread, limitRadS: Limits.gyroSpreadRadS)
    }
  }
}
