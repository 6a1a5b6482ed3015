// SPDX-License-Identifier: Apache-2.0
import COpenBLAS

/// Linear least squares over rows that come one by one: `row · unknowns = value`.
///
/// Nothing is stored but the normal equations, so there is no limit to the rows. Their condition
/// number is the square of the rows': the callers scale their rows to about 1, which leaves more
/// digits than any sensor has.
///
/// Source: Golub and Van Loan, "Matrix Computations", 5.3.1 (normal equations by Cholesky).
struct LeastSquares {
  /// A pivot that lost all but this share of its diagonal is rounding, not data.
  private static let rankTolerance = 1e-12

  private let unknowns: Int
  private(set) var rows = 0
  /// Upper triangle of the rows' products. Shape: [unknowns, unknowns].
  private var normal: [Double]
  private var right: [Double]

  init(unknowns: Int) {
    precondition(unknowns > 0, "least squares of nothing")
    self.unknowns = unknowns
    normal = [Double](repeating: 0, count: unknowns * unknowns)
    right = [Double](repeating: 0, count: unknowns)
  }

  mutating func add(_ row: [Double], _ value: Double) {
    precondition(row.count == unknowns, "\(row.count) coefficients for \(unknowns) unknowns")
    let n = Int32(unknowns)
    // SAFETY: `row` and `right` hold n numbers, `normal` n x n; all outlive the calls.
    cblas_dsyr(CblasRowMajor, CblasUpper, n, 1, row, 1, &normal, n)
    cblas_daxpy(n, value, row, 1, &right, 1)
    rows += 1
  }

  /// The unknowns; nil when the rows leave one of them open.
  func solve() -> [Double]? {
    guard let factor = cholesky() else { return nil }
    var solution = right
    let n = Int32(unknowns)
    // SAFETY: `factor` holds n x n numbers, `solution` n; both outlive the calls.
    for transpose in [CblasTrans, CblasNoTrans] {
      cblas_dtrsv(
        CblasRowMajor, CblasUpper, transpose, CblasNonUnit, n, factor, n, &solution, 1)
    }
    return solution.allSatisfy(\.isFinite) ? solution : nil
  }

  /// The upper triangle R with RᵀR = normal; nil when that is not positive definite.
  private func cholesky() -> [Double]? {
    var r = normal
    for i in 0..<unknowns {
      let diagonal = r[i * unknowns + i]
      var pivot = diagonal
      for k in 0..<i { pivot -= r[k * unknowns + i] * r[k * unknowns + i] }
      guard pivot > Self.rankTolerance * diagonal else { return nil }
      let root = pivot.squareRoot()
      r[i * unknowns + i] = root
      for j in (i + 1)..<max(unknowns, i + 1) {
        var sum = r[i * unknowns + j]
        for k in 0..<i { sum -= r[k * unknowns + i] * r[k * unknowns + j] }
        r[i * unknowns + j] = sum / root
      }
    }
    return r
  }
}
