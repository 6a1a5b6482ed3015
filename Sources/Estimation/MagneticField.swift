// SPDX-License-Identifier: Apache-2.0

/// What can be known of a magnetic field without knowing heading.
struct MagneticField {
  /// In the magnetometer's unit.
  var strength = 0.0
  /// Below the horizon. Units: rad.
  var dipRad = 0.0

  func isNear(_ other: MagneticField, _ settings: AttitudeSettings) -> Bool {
    abs(strength - other.strength) < settings.fieldStrengthShare * other.strength
      && abs(dipRad - other.dipRad) < settings.fieldDipLimitRad
  }

  mutating func follow(_ other: MagneticField, gain: Double) {
    strength += gain * (other.strength - strength)
    dipRad += gain * (other.dipRad - dipRad)
  }
}
