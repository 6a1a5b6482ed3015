// SPDX-License-Identifier: Apache-2.0
import Quantities

extension AttitudeFilter {
  /// Positive with the left side up. Units: rad.
  public var rollRad: Double { bodyToEarth.rollRad }

  /// Positive with the nose down. Units: rad.
  public var pitchRad: Double { bodyToEarth.pitchRad }

  /// Positive turned left. Units: rad.
  public var headingRad: Double { bodyToEarth.headingRad }

  /// How far the body's z axis is from up. Units: rad.
  public var inclinationRad: Double { bodyToEarth.inclinationRad }
}
