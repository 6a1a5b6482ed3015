// SPDX-License-Identifier: Apache-2.0
import COpenBLAS

/// The product of two matrices, for what is folded at load.
///
/// Shape: a [rows, inner], b [inner, columns], result [rows, columns], all row by row.
public func matrixProduct(_ a: [Float], _ b: [Float], inner: Int) -> [Float] {
  precondition(inner > 0 && a.count % inner == 0 && b.count % inner == 0)
  let (rows, columns) = (a.count / inner, b.count / inner)
  var result = [Float](repeating: 0, count: rows * columns)
  if result.isEmpty { return result }
  openblas_set_num_threads(1)
  // SAFETY: the arrays hold the shapes above, as checked.
  cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(inner), 1, a,
    Int32(inner), b, Int32(columns), 0, &result, Int32(columns))
  return result
}
