// SPDX-License-Identifier: Apache-2.0
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The magnetometer's hard and soft iron from readings in all directions.
///
/// A constant field seen while turning lies on a sphere; iron makes it an ellipsoid. Fitted is the
/// quadric `mᵀAm + 2bᵀm = 1` by linear least squares; its centre is the hard iron, and the
/// symmetric root of A, scaled to keep volume, undoes the soft iron. The root leaves the rotation
/// open (as any fit to magnitudes must); the symmetric one turns least.
///
/// Source: Gander, Golub and Strebel, "Least-squares fitting of circles and ellipses" (1994),
/// algebraic fit; Renaudin, Afzal and Lachapelle, "Complete triaxis magnetometer calibration in the
/// magnetic domain" (2010), the quadric's meaning.
public struct EllipsoidFit: Hashable, Sendable {
  public var matrix: Matrix3
  public var offsetT: Vector3
  /// The field's strength, as the magnetometer's average axis sees it. Units: T.
  public var fieldT: Double
  /// Root mean square of (corrected length - field) / field.
  public var residual: Double
  /// How many of the sphere's cells readings fell in.
  private var cells: Int

  /// The share of all directions that was seen.
  public var coverage: Double { Double(cells) / Double(SphereCoverage.cells) }

  /// What a fit must keep to be used.
  public enum Limits {
    /// Below this many readings 9 unknowns follow the noise.
    public static let samples = 60
    /// Of the sphere's 24 cells: a missing face of the cube leaves 20, the other five whole.
    public static let cells = 20
    /// 5 % of the field is 3 deg of heading; quiet rooms give 1 to 2 %.
    public static let residual = 0.05
    /// Source: World Magnetic Model 2020: 22 to 67 µT on the ground; a quarter more for the chip's
    /// own scale error (AK8963 datasheet 8.3: adjusted by its fuse ROM).
    public static let fieldT = 17e-6...84e-6
  }

  /// Fits readings of the magnetometer. Units: T. Frame: body.
  ///
  /// Throws: why the result is not to be used.
  public init(_ samplesT: [Vector3]) throws(CalibrationRefusal) {
    let fit = try Self.raw(samplesT)
    guard fit.cells >= Limits.cells else { throw Self.missing(cells: fit.cells) }
    guard fit.residual <= Limits.residual else {
      throw .fieldDisturbed(residual: fit.residual, limit: Limits.residual)
    }
    guard Limits.fieldT.contains(fit.fieldT) else {
      throw .fieldImplausible(foundT: fit.fieldT, limitsT: Limits.fieldT)
    }
    self = fit
  }

  /// The share of directions that a collection has so far; 0 while nothing can be fitted.
  public static func coverage(of samplesT: [Vector3]) -> Double {
    do throws(CalibrationRefusal) { return try raw(samplesT).coverage } catch { return 0 }
  }

  private init(matrix: Matrix3, offsetT: Vector3, fieldT: Double, _ samplesT: [Vector3]) {
    (self.matrix, self.offsetT, self.fieldT) = (matrix, offsetT, fieldT)
    var cells = SphereCoverage()
    var squares = 0.0
    for sample in samplesT {
      let corrected = matrix * (sample - offsetT)
      cells.add(corrected)
      let left = corrected.norm / fieldT - 1
      squares += left * left
    }
    residual = (squares / Double(samplesT.count)).squareRoot()
    self.cells = cells.count
  }

  private static func missing(cells: Int) -> CalibrationRefusal {
    .directionsMissing(seen: cells, of: SphereCoverage.cells, needed: Limits.cells)
  }

  /// Without a judgement of quality.
  private static func raw(_ samplesT: [Vector3]) throws(CalibrationRefusal) -> EllipsoidFit {
    guard samplesT.allSatisfy(\.isFinite) else { throw .notFinite }
    guard samplesT.count >= Limits.samples else {
      throw .tooFewSamples(found: samplesT.count, needed: Limits.samples)
    }
    // Centred and scaled to about 1, for the normal equations' sake.
    let middle = (1 / Double(samplesT.count)) * samplesT.reduce(.zero, +)
    let size = samplesT.reduce(0) { $0 + ($1 - middle).norm } / Double(samplesT.count)
    // A hundredth of the finest chip's step (AK09916: 0.15 µT) is a sensor that stands still.
    guard size > 1.5e-9 else { throw .fieldImplausible(foundT: 0, limitsT: Limits.fieldT) }
    var problem = LeastSquares(unknowns: 9)
    for sample in samplesT {
      let m = (1 / size) * (sample - middle)
      problem.add(
        [
          m.x * m.x, m.y * m.y, m.z * m.z, 2 * m.x * m.y, 2 * m.x * m.z, 2 * m.y * m.z,
          2 * m.x, 2 * m.y, 2 * m.z
        ], 1)
    }
    guard let p = problem.solve() else { throw missing(cells: 0) }
    let a = Matrix3(
      rows: (Vector3(p[0], p[3], p[4]), Vector3(p[3], p[1], p[5]), Vector3(p[4], p[5], p[2])))
    let b = Vector3(p[6], p[7], p[8])
    guard let inverse = a.inverse else { throw .notEllipsoid }
    let centre = -(inverse * b)
    // mᵀAm + 2bᵀm = 1 is (m - c)ᵀA(m - c) = 1 + cᵀAc.
    let scale = 1 + centre.dot(a * centre)
    guard let root = ((1 / scale) * a).symmetricSquareRoot, scale > 0 else { throw .notEllipsoid }
    let radius = 1 / cbrt(root.determinant)
    return EllipsoidFit(
      matrix: radius * root, offsetT: middle + size * centre, fieldT: size * radius, samplesT)
  }
}
