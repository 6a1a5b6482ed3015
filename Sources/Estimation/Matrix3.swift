// SPDX-License-Identifier: Apache-2.0
import Quantities

/// A 3 x 3 matrix as its three rows.
struct Matrix3 {
  var rows: (Vector3, Vector3, Vector3)

  init(rows: (Vector3, Vector3, Vector3)) { self.rows = rows }

  /// The rotation a unit quaternion stands for.
  init(_ q: Quaternion) {
    rows = (
      Vector3(
        1 - 2 * (q.y * q.y + q.z * q.z), 2 * (q.x * q.y - q.w * q.z), 2 * (q.x * q.z + q.w * q.y)),
      Vector3(
        2 * (q.x * q.y + q.w * q.z), 1 - 2 * (q.x * q.x + q.z * q.z), 2 * (q.y * q.z - q.w * q.x)),
      Vector3(
        2 * (q.x * q.z - q.w * q.y), 2 * (q.y * q.z + q.w * q.x), 1 - 2 * (q.x * q.x + q.y * q.y))
    )
  }

  static func diagonal(_ value: Double) -> Matrix3 {
    Matrix3(rows: (Vector3(value, 0, 0), Vector3(0, value, 0), Vector3(0, 0, value)))
  }

  static func * (m: Matrix3, v: Vector3) -> Vector3 {
    Vector3(m.rows.0.dot(v), m.rows.1.dot(v), m.rows.2.dot(v))
  }

  /// Takes the outer product `a bᵀ` away.
  mutating func subtractOuter(_ a: Vector3, _ b: Vector3) {
    rows.0 = rows.0 - a.x * b
    rows.1 = rows.1 - a.y * b
    rows.2 = rows.2 - a.z * b
  }
}
