// SPDX-License-Identifier: Apache-2.0
import Quantities

extension Matrix3 {
  /// Rows and columns exchanged.
  public var transposed: Matrix3 {
    let (a, b, c) = rows
    return Matrix3(
      rows: (Vector3(a.x, b.x, c.x), Vector3(a.y, b.y, c.y), Vector3(a.z, b.z, c.z)))
  }

  public static func * (m: Matrix3, n: Matrix3) -> Matrix3 {
    let columns = n.transposed.rows
    return Matrix3(rows: (m * columns.0, m * columns.1, m * columns.2)).transposed
  }

  public static func * (s: Double, m: Matrix3) -> Matrix3 {
    Matrix3(rows: (s * m.rows.0, s * m.rows.1, s * m.rows.2))
  }

  /// The volume that a unit cube becomes; negative when it is mirrored.
  public var determinant: Double { rows.0.dot(rows.1.cross(rows.2)) }

  /// The matrix that undoes this one; nil when there is none.
  public var inverse: Matrix3? {
    let determinant = determinant
    guard determinant.isFinite, determinant != 0 else { return nil }
    let (a, b, c) = rows
    let adjugate = Matrix3(rows: (b.cross(c), c.cross(a), a.cross(b))).transposed
    return (1 / determinant) * adjugate
  }

  /// Eigenvalues and, as rows, eigenvectors of a symmetric matrix.
  ///
  /// Source: Jacobi's cyclic rotations, Golub and Van Loan, "Matrix Computations", 8.5. Twelve
  /// sweeps are more than a 3 x 3 matrix needs: convergence is quadratic.
  var symmetricEigen: (values: Vector3, vectors: Matrix3) {
    var m = self
    var vectors = Matrix3.identity
    for _ in 0..<12 {
      for (p, q) in [(0, 1), (0, 2), (1, 2)] {
        let off = m[p][q]
        guard off != 0 else { continue }
        let tau = (m[q][q] - m[p][p]) / (2 * off)
        let t = (tau >= 0 ? 1 : -1) / (abs(tau) + (1 + tau * tau).squareRoot())
        let c = 1 / (1 + t * t).squareRoot()
        let turn = Matrix3.turn(p, q, cosine: c, sine: t * c)
        m = turn.transposed * m * turn
        vectors = turn.transposed * vectors
      }
    }
    return (Vector3(m.rows.0.x, m.rows.1.y, m.rows.2.z), vectors)
  }

  /// The symmetric matrix whose square this one is; nil unless this is positive definite.
  ///
  /// Precondition: symmetric.
  var symmetricSquareRoot: Matrix3? {
    let (values, vectors) = symmetricEigen
    guard values.x > 0, values.y > 0, values.z > 0, values.isFinite else { return nil }
    let scaled = Matrix3(
      rows: (
        values.x.squareRoot() * vectors.rows.0, values.y.squareRoot() * vectors.rows.1,
        values.z.squareRoot() * vectors.rows.2
      ))
    return vectors.transposed * scaled
  }

  private subscript(row: Int) -> Vector3 { row == 0 ? rows.0 : row == 1 ? rows.1 : rows.2 }

  /// The rotation in the plane of two axes.
  private static func turn(_ p: Int, _ q: Int, cosine: Double, sine: Double) -> Matrix3 {
    func row(_ i: Int) -> Vector3 {
      func entry(_ j: Int) -> Double {
        switch (i, j) {
        case (p, p), (q, q): cosine
        case (p, q): sine
        case (q, p): -sine
        default: i == j ? 1 : 0
        }
      }
      return Vector3(entry(0), entry(1), entry(2))
    }
    return Matrix3(rows: (row(0), row(1), row(2)))
  }
}
