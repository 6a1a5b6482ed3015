// SPDX-License-Identifier: Apache-2.0
import Quantities

/// A 3 x 3 matrix as its three rows.
public struct Matrix3: Hashable, Sendable {
  private var x, y, z: Vector3

  /// The matrix with these rows.
  public init(rows: (Vector3, Vector3, Vector3)) { (x, y, z) = rows }

  /// The first, the second and the third row.
  public var rows: (Vector3, Vector3, Vector3) {
    get { (x, y, z) }
    set { (x, y, z) = newValue }
  }

  /// The matrix that changes nothing.
  public static let identity = diagonal(1)

  /// The rotation a unit quaternion stands for.
  init(_ q: Quaternion) {
    x = Vector3(
      1 - 2 * (q.y * q.y + q.z * q.z), 2 * (q.x * q.y - q.w * q.z), 2 * (q.x * q.z + q.w * q.y))
    y = Vector3(
      2 * (q.x * q.y + q.w * q.z), 1 - 2 * (q.x * q.x + q.z * q.z), 2 * (q.y * q.z - q.w * q.x))
    z = Vector3(
      2 * (q.x * q.z - q.w * q.y), 2 * (q.y * q.z + q.w * q.x), 1 - 2 * (q.x * q.x + q.y * q.y))
  }

  static func diagonal(_ value: Double) -> Matrix3 {
    Matrix3(rows: (Vector3(value, 0, 0), Vector3(0, value, 0), Vector3(0, 0, value)))
  }

  /// The matrix applied to a column vector.
  public static func * (m: Matrix3, v: Vector3) -> Vector3 {
    Vector3(m.x.dot(v), m.y.dot(v), m.z.dot(v))
  }

  /// Takes the outer product `a bᵀ` away.
  mutating func subtractOuter(_ a: Vector3, _ b: Vector3) {
    x = x - a.x * b
    y = y - a.y * b
    z = z - a.z * b
  }
}
