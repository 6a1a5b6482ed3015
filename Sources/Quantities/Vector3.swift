// SPDX-License-Identifier: Apache-2.0

/// Three components in one named frame; the unit stands in the name of whoever holds it.
///
/// Body frame everywhere in Umwelt (right-handed, REP 103):
/// ```
///        x forward
///        ^
///        |
/// y left <--o  z up (out of the page); positive rotation about z turns left
/// ```
public struct Vector3: Hashable, Sendable, BitwiseCopyable {
  public var x, y, z: Double

  @inlinable
  public init(_ x: Double, _ y: Double, _ z: Double) { (self.x, self.y, self.z) = (x, y, z) }

  public static let zero = Vector3(0, 0, 0)

  @inlinable
  public static func + (a: Vector3, b: Vector3) -> Vector3 {
    Vector3(a.x + b.x, a.y + b.y, a.z + b.z)
  }
  @inlinable
  public static func - (a: Vector3, b: Vector3) -> Vector3 {
    Vector3(a.x - b.x, a.y - b.y, a.z - b.z)
  }
  @inlinable
  public static prefix func - (a: Vector3) -> Vector3 { Vector3(-a.x, -a.y, -a.z) }
  @inlinable
  public static func * (s: Double, a: Vector3) -> Vector3 { Vector3(s * a.x, s * a.y, s * a.z) }
  @inlinable
  public static func += (a: inout Vector3, b: Vector3) { a = a + b }

  @inlinable
  public func dot(_ b: Vector3) -> Double { x * b.x + y * b.y + z * b.z }
  @inlinable
  public func cross(_ b: Vector3) -> Vector3 {
    Vector3(y * b.z - z * b.y, z * b.x - x * b.z, x * b.y - y * b.x)
  }
  @inlinable
  public var norm: Double { dot(self).squareRoot() }
  @inlinable
  public var isFinite: Bool { x.isFinite && y.isFinite && z.isFinite }

  /// The component along axis 0 (x), 1 (y) or 2 (z).
  @inlinable
  public subscript(axis: Int) -> Double {
    precondition(axis >= 0 && axis < 3, "axis \(axis) is not 0, 1 or 2")
    return axis == 0 ? x : axis == 1 ? y : z
  }
}
