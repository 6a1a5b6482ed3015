// SPDX-License-Identifier: Apache-2.0
import Quantities

/// One measurement as the converter gave it.
package struct InertialCounts: Equatable {
  package var accel = SIMD3<Int16>.zero
  package var gyro = SIMD3<Int16>.zero
}

/// What every fake IMU has behind its registers: bias, low-pass filter, noise, converter, clock.
package struct SensingElement {
  /// The numbers of a datasheet's table of characteristics.
  struct Characteristics {
    var name: String
    /// Zero-rate output, deg/s either way.
    var gyroBiasDegS: Double
    /// Zero-g output, g either way.
    var accelBiasG: Vector3
    /// Noise densities, deg/s and g per root hertz.
    var gyroNoiseDegS: Double
    var accelNoiseG: Double
  }

  package let gyroBiasRadS: Vector3
  package let accelBiasMS2: Vector3
  /// Samples of which an axis was outside the range that the chip was set to, and so was clipped.
  package private(set) var saturatedSamples = 0
  /// The newest measurement.
  package private(set) var counts = InertialCounts()

  private let gyroNoiseRadS: Double
  private let accelNoiseMS2: Double
  private var random: SeededGenerator
  private var filteredRate = Vector3.zero
  private var filteredForce = Motion.rest.specificForceMS2
  private var dueAt: Instant?

  /// Biases are drawn within a quarter of the datasheet's bounds. Without a seed there is neither
  /// bias nor noise, for playing recordings into.
  init(_ sheet: Characteristics, seed: UInt64?) {
    var random = SeededGenerator(seed: seed ?? 0, stream: sheet.name)
    func draw(_ bound: Double) -> Double {
      seed == nil ? 0 : random.uniform(-bound / 4...bound / 4)
    }
    let degree = Double.pi / 180
    let rate = sheet.gyroBiasDegS * degree
    let force = standardGravityMS2 * sheet.accelBiasG
    gyroBiasRadS = Vector3(draw(rate), draw(rate), draw(rate))
    accelBiasMS2 = Vector3(draw(force.x), draw(force.y), draw(force.z))
    gyroNoiseRadS = seed == nil ? 0 : sheet.gyroNoiseDegS * degree
    accelNoiseMS2 = seed == nil ? 0 : sheet.accelNoiseG * standardGravityMS2
    self.random = random
  }

  /// The filter has followed this motion for long.
  mutating func settle(in motion: Motion) {
    (filteredRate, filteredForce) = (motion.angularRateRadS, motion.specificForceMS2)
  }

  /// The filter follows the motion.
  mutating func follow(_ motion: Motion, dtS: Double, bandwidthHz: Double) {
    let blend = min(1, dtS * 2 * Double.pi * bandwidthHz)
    filteredRate += blend * (motion.angularRateRadS - filteredRate)
    filteredForce += blend * (motion.specificForceMS2 - filteredForce)
  }

  /// When the next sample is taken, if by `now`; its first is taken at once.
  mutating func sampleTime(by now: Instant, period: Interval) -> Instant? {
    let at = dueAt ?? now
    dueAt = at <= now ? at + period : at
    return at <= now ? at : nil
  }

  /// The chip was reset.
  mutating func forget() { counts = InertialCounts() }

  /// The chip sleeps: its next sample is a first one.
  mutating func pause() { dueAt = nil }

  /// Filtered, off and noisy: a noise bandwidth of pi/2 of the corner.
  mutating func measure(bandwidthHz: Double) -> Motion {
    let root = (bandwidthHz * .pi / 2).squareRoot()
    return Motion(
      angularRateRadS: filteredRate + gyroBiasRadS + noise(gyroNoiseRadS * root),
      specificForceMS2: filteredForce + accelBiasMS2 + noise(accelNoiseMS2 * root))
  }

  /// The converter: rounds, and clips what does not fit.
  mutating func convert(_ motion: Motion, perRadS: Double, perMS2: Double) {
    var isClipped = false
    for axis in 0..<3 {
      counts.accel[axis] = convert(motion.specificForceMS2[axis] * perMS2, &isClipped)
      counts.gyro[axis] = convert(motion.angularRateRadS[axis] * perRadS, &isClipped)
    }
    if isClipped { saturatedSamples += 1 }
  }

  /// A converter gone mad.
  mutating func scramble() {
    for axis in 0..<3 {
      counts.accel[axis] = Int16(truncatingIfNeeded: random.next())
      counts.gyro[axis] = Int16(truncatingIfNeeded: random.next())
    }
  }

  private func convert(_ value: Double, _ isClipped: inout Bool) -> Int16 {
    let counts = value.rounded()
    if !(counts >= -32768 && counts <= 32767) { isClipped = true }
    return counts.isFinite ? Int16(max(-32768, min(32767, counts))) : 0
  }

  private mutating func noise(_ deviation: Double) -> Vector3 {
    guard deviation > 0 else { return .zero }
    return deviation * Vector3(random.normal(), random.normal(), random.normal())
  }
}

/// The two bytes of a number, the high one first.
func bigEndian(_ value: Int16) -> [UInt8] {
  [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
}

/// The bytes of three numbers, the high one of each first.
func bigEndian(_ v: SIMD3<Int16>) -> [UInt8] {
  bigEndian(v.x) + bigEndian(v.y) + bigEndian(v.z)
}

/// The bytes of three numbers, the low one of each first.
func littleEndian(_ v: SIMD3<Int16>) -> [UInt8] { bigEndian(v.byteSwapped) }

extension SIMD3<Int16> {
  fileprivate var byteSwapped: SIMD3<Int16> { SIMD3(x.byteSwapped, y.byteSwapped, z.byteSwapped) }
}
