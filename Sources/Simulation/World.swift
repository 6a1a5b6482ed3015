// SPDX-License-Identifier: Apache-2.0
import Quantities

/// What an H-bridge does to its motor at one moment.
public enum MotorDrive: Equatable, Sendable {
  /// A mean terminal voltage, as a fraction -1...1 of the supply (the rest of the PWM period
  /// brakes).
  case driven(Double)
  /// Terminals open: the wheel rolls on.
  case coasting
}

/// What an ideal IMU at the mounting point would feel, in the body frame.
public struct Motion: Equatable, Sendable {
  public var angularRateRadS: Vector3
  public var specificForceMS2: Vector3
  /// The magnetic field; worlds without a compass in mind have it fixed to the robot.
  public var magneticT: Vector3

  public init(
    angularRateRadS: Vector3, specificForceMS2: Vector3, magneticT: Vector3 = earthFieldT
  ) {
    (self.angularRateRadS, self.specificForceMS2) = (angularRateRadS, specificForceMS2)
    self.magneticT = magneticT
  }

  /// To the east, to the north and up, in Berlin. Source: IGRF-13, epoch 2020, rounded.
  public static let earthFieldT = Vector3(1e-6, 19e-6, -46e-6)

  /// Level and still.
  public static let rest = Motion(
    angularRateRadS: .zero, specificForceMS2: Vector3(0, 0, standardGravityMS2))
}

/// A physical world with one robot in it; it knows wheels and light, not chips.
public protocol World: AnyObject {
  /// Motors in the order of their drives.
  var motorCount: Int { get }
  var motion: Motion { get }

  /// Moves the world on by `dtS` seconds under these motor drives.
  func advance(dtS: Double, left: MotorDrive, right: MotorDrive)

  /// Speed of the driven wheels' rims, left and right, m/s, and what full power gives them.
  var wheelMS: SIMD2<Double> { get }
  var topSpeedMS: Double { get }

  /// How far what stands in front of the robot is, that far left of straight on, from its front;
  /// nil where nothing is near.
  func distanceM(bearingRad: Double) -> Double?

  /// Holds the wheels fast, or lets them go; whether this world can.
  func block(_ isBlocked: Bool) -> Bool

  /// True state for scoring, drawing and probes, never for the robot; what each number means is the
  /// world's.
  var truth: SIMD8<Double> { get }

  /// Draws what the camera saw when the true state was `moment`; nothing when there is no camera.
  /// Shape: [height, width, 3] RGB.
  func render(_ moment: SIMD8<Double>, into pixels: inout [UInt8], width: Int, height: Int)
}

extension World {
  public var wheelMS: SIMD2<Double> { .zero }
  public var topSpeedMS: Double { 1 }
  public func distanceM(bearingRad: Double) -> Double? { nil }
  public func block(_ isBlocked: Bool) -> Bool { false }
}
