// SPDX-License-Identifier: Apache-2.0
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One of the six ways in which a box lies, named by what is on top.
public enum Face: String, CaseIterable, Sendable {
  case upright
  case upsideDown = "upside-down"
  case noseUp = "nose-up"
  case noseDown = "nose-down"
  case leftUp = "left-up"
  case rightUp = "right-up"

  /// A reading further than this from every axis lies on an edge. Source: half of the 90 deg
  /// between faces would do; 25 deg leaves a gap, so that no reading is of two faces.
  public static let toleranceRad = radians(degrees: 25)

  /// The axis that points up. Frame: body.
  public var up: Vector3 {
    switch self {
    case .upright: Vector3(0, 0, 1)
    case .upsideDown: Vector3(0, 0, -1)
    case .noseUp: Vector3(1, 0, 0)
    case .noseDown: Vector3(-1, 0, 0)
    case .leftUp: Vector3(0, 1, 0)
    case .rightUp: Vector3(0, -1, 0)
    }
  }

  /// For messages: "upside down".
  public var words: String {
    switch self {
    case .upright: "upright"
    case .upsideDown: "upside down"
    case .noseUp: "nose up"
    case .noseDown: "nose down"
    case .leftUp: "on its right side, left side up"
    case .rightUp: "on its left side, right side up"
    }
  }

  /// How far a standing robot's specific force is from this face's up; π without any. Units: rad.
  public func angleRad(to accelMS2: Vector3) -> Double {
    guard accelMS2.norm > 0 else { return .pi }
    let along = up.dot(accelMS2)
    let across = (accelMS2 - along * up).norm
    return atan2(across, along)
  }

  /// The face that a standing robot lies on; nil when it lies on an edge.
  public init?(accelMS2: Vector3) {
    let faces = Face.allCases.filter { $0.angleRad(to: accelMS2) <= Face.toleranceRad }
    guard let face = faces.first else { return nil }
    self = face
  }
}
