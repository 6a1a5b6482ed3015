// SPDX-License-Identifier: Apache-2.0

/// How a sensor is turned in the robot: which of its axes, and which way round, is each body axis.
///
/// `[x, -y, -z]` means: body x is the sensor's x, body y its -y, body z its -z (upside down, turned
/// about x). Only proper rotations exist: a mirrored sensor cannot be built.
public struct AxisMap: Hashable, Sendable {
  /// One axis with its direction, as people write it: `x` or `-x`.
  public enum Axis: String, CaseIterable, Hashable, Sendable {
    case x, y, z
    case minusX = "-x"
    case minusY = "-y"
    case minusZ = "-z"

    /// 0 for x, 1 for y, 2 for z.
    public var index: Int {
      switch self {
      case .x, .minusX: 0
      case .y, .minusY: 1
      case .z, .minusZ: 2
      }
    }

    public var sign: Double { self == .x || self == .y || self == .z ? 1 : -1 }

    public var opposite: Axis {
      switch self {
      case .x: .minusX
      case .y: .minusY
      case .z: .minusZ
      case .minusX: .x
      case .minusY: .y
      case .minusZ: .z
      }
    }
  }

  /// The sensor axes that are body x, y and z.
  public let axes: [Axis]

  /// Body axes and sensor axes are the same.
  public static let identity = AxisMap(unchecked: [.x, .y, .z])

  /// Nil unless the three are a rotation: each axis once and right-handed.
  public init?(_ axes: [Axis]) {
    guard axes.count == 3, Set(axes.map(\.index)).count == 3, Self.isRightHanded(axes) else {
      return nil
    }
    self.axes = axes
  }

  private init(unchecked axes: [Axis]) { self.axes = axes }

  /// What the sensor measured, in the body frame.
  @inlinable
  public func body(_ sensor: Vector3) -> Vector3 {
    Vector3(
      axes[0].sign * sensor[axes[0].index], axes[1].sign * sensor[axes[1].index],
      axes[2].sign * sensor[axes[2].index])
  }

  /// What a sensor turned like this measures of a vector in the body frame.
  public func sensor(_ body: Vector3) -> Vector3 {
    var parts = SIMD3<Double>()
    for (bodyAxis, axis) in axes.enumerated() { parts[axis.index] = axis.sign * body[bodyAxis] }
    return Vector3(parts.x, parts.y, parts.z)
  }

  /// Precondition: each axis once. The determinant of the rotation matrix is +1, not -1.
  private static func isRightHanded(_ axes: [Axis]) -> Bool {
    let isEven = (axes[1].index - axes[0].index + 3) % 3 == 1
    return axes.reduce(isEven ? 1.0 : -1) { $0 * $1.sign } > 0
  }
}
