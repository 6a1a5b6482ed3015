// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A unit quaternion, Hamilton convention, scalar first; its owner's name tells both frames
/// (`bodyToEarth` rotates body vectors into earth vectors).
public struct Quaternion: Hashable, Sendable, BitwiseCopyable {
  public var w, x, y, z: Double

  @inlinable
  public init(w: Double, x: Double, y: Double, z: Double) {
    (self.w, self.x, self.y, self.z) = (w, x, y, z)
  }

  public static let identity = Quaternion(w: 1, x: 0, y: 0, z: 0)

  /// The rotation by `angleRad` about the unit vector `axis`.
  public init(angleRad: Double, axis: Vector3) {
    let s = sin(angleRad / 2)
    self.init(w: cos(angleRad / 2), x: s * axis.x, y: s * axis.y, z: s * axis.z)
  }

  @inlinable
  public static func * (a: Quaternion, b: Quaternion) -> Quaternion {
    Quaternion(
      w: a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z,
      x: a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
      y: a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
      z: a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w)
  }

  @inlinable
  public var conjugate: Quaternion { Quaternion(w: w, x: -x, y: -y, z: -z) }

  @inlinable
  public var norm: Double { (w * w + x * x + y * y + z * z).squareRoot() }

  /// The same rotation at unit length; identity when the length is zero.
  @inlinable
  public var normalized: Quaternion {
    let n = norm
    return n > 0 ? Quaternion(w: w / n, x: x / n, y: y / n, z: z / n) : .identity
  }

  @inlinable
  public func rotate(_ v: Vector3) -> Vector3 {
    let q = Vector3(x, y, z)
    let t = 2 * q.cross(v)
    return v + w * t + q.cross(t)
  }
}
