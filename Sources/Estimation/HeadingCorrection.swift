// SPDX-License-Identifier: Apache-2.0
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Turns the six-axis heading toward magnetic north, and lets go while the field looks disturbed.
///
/// A field is disturbed when its strength or dip leaves the reference's; the reference follows slow
/// change, and is replaced by another field that stays the same while the sensor turns.
/// Source: Laidig and Seel 2023, heading correction and magnetic disturbance rejection.
struct HeadingCorrection {
  private let settings: AttitudeSettings
  private let periodS: Double
  private let gain: Double
  private let referenceGain: Double
  private var startGain = 1.0
  private var smooth: LowPass
  private var reference = MagneticField()
  private var candidate = MagneticField()
  private var candidateS = 0.0
  private var undisturbedS = 0.0
  // From zero: until a field is known, heading stays at the mean of the first ones. The authors'
  // program starts at the limit, so that any field at once turns it, at half the speed.
  private var rejectedS = 0.0
  /// True while the magnetometer is not to be trusted.
  private(set) var isDisturbed = true
  /// From the six-axis level frame to earth, about up. Units: rad.
  private(set) var offsetRad = 0.0

  init(settings: AttitudeSettings, periodS: Double) {
    self.settings = settings
    self.periodS = periodS
    gain = 1 - exp(-periodS / settings.magnetometerTimeConstantS)
    referenceGain = 1 - exp(-periodS / settings.fieldReferenceTimeConstantS)
    smooth = LowPass(timeConstantS: max(settings.fieldSmoothingS, periodS), periodS: periodS)
  }

  /// Takes the next fields' mean for north, as at first; the reference field stays.
  mutating func restart() {
    startGain = 1
    smooth.restart()
  }

  /// - Parameters:
  ///   - field: the magnetometer's sample in the six-axis level frame, any unit.
  ///   - turnRadS: how fast the sensor turns.
  mutating func update(field: Vector3, turnRadS: Double) {
    let strength = field.norm
    guard strength > 0 else { return }
    let dip = -asin(min(max(field.z / strength, -1), 1))
    let smoothed = smooth.update(Vector3(strength, dip, 0))
    judge(MagneticField(strength: smoothed.x, dipRad: smoothed.y), turnRadS: turnRadS)
    // East, north, up: a field that points north has no x.
    let error = wrapped(atan2(field.x, field.y) - offsetRad)
    offsetRad = wrapped(offsetRad + nextGain() * error)
  }

  private mutating func judge(_ now: MagneticField, turnRadS: Double) {
    if now.isNear(reference, settings) {
      undisturbedS += periodS
      if undisturbedS >= settings.fieldUndisturbedS {
        isDisturbed = false
        reference.follow(now, gain: referenceGain)
      }
    } else {
      undisturbedS = 0
      isDisturbed = true
    }
    guard now.isNear(candidate, settings) else {
      candidateS = 0
      candidate = now
      return
    }
    if turnRadS >= settings.fieldNewTurnRadS { candidateS += periodS }
    candidate.follow(now, gain: referenceGain)
    let needed = reference.strength == 0 ? settings.fieldFirstTimeS : settings.fieldNewTimeS
    if isDisturbed && candidateS >= needed {
      reference = candidate
      isDisturbed = false
      undisturbedS = settings.fieldUndisturbedS
    }
  }

  /// The share of the heading error to take away now.
  private mutating func nextGain() -> Double {
    var share = gain
    if !isDisturbed {
      rejectedS = max(rejectedS - settings.fieldRejectionFactor * periodS, 0)
    } else if rejectedS <= settings.fieldRejectionLimitS {
      rejectedS += periodS
      share = 0
    } else {
      share = gain / settings.fieldRejectionFactor
    }
    // 1, 1/2, 1/3, ...: at first the mean of what was seen, so that heading is there at once.
    if startGain > 0 {
      share = max(share, startGain)
      startGain = startGain / (startGain + 1)
      if startGain < gain { startGain = 0 }
    }
    return share
  }

  private func wrapped(_ angle: Double) -> Double {
    angle > .pi ? angle - 2 * .pi : angle < -.pi ? angle + 2 * .pi : angle
  }
}
