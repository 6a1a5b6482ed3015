// SPDX-License-Identifier: Apache-2.0
import Estimation
import MallocCount
import Quantities
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// What ideal sensors would read in a body at a known orientation.
struct IdealImu {
  static let rateHz = 200.0
  var bodyToEarth = Quaternion.identity
  /// 48 uT, 60 deg below the horizon, as in much of Europe.
  var earthField = Vector3(0, 24, -41.6)

  var accelMS2: Vector3 { bodyToEarth.conjugate.rotate(Vector3(0, 0, standardGravityMS2)) }
  var field: Vector3 { bodyToEarth.conjugate.rotate(earthField) }

  mutating func turn(_ rateRadS: Vector3) {
    let rate = rateRadS.norm
    guard rate > 0 else { return }
    bodyToEarth =
      (bodyToEarth
      * Quaternion(angleRad: rate / Self.rateHz, axis: (1 / rate) * rateRadS)).normalized
  }
}

private func angleDeg(_ a: Quaternion, _ b: Quaternion) -> Double {
  let e = a.conjugate * b
  return degrees(radians: 2 * atan2((e.x * e.x + e.y * e.y + e.z * e.z).squareRoot(), abs(e.w)))
}

struct AttitudeFilterTests {
  @Test("A level body at rest is level from the first sample on")
  func level() {
    var filter = AttitudeFilter(sampleRateHz: 200)
    filter.update(gyroRadS: .zero, accelMS2: Vector3(0, 0, 9.81))
    #expect(filter.inclinationRad < 1e-9)
  }

  @Test(
    "Tilt has the signs of REP 103: nose down is positive pitch, left side up positive roll",
    arguments: [(0.3, 0.0), (-0.3, 0.0), (0.0, 0.4), (0.0, -0.4), (0.2, -0.1)])
  func tiltSigns(pitch: Double, roll: Double) {
    // Specific force of a body pitched about y, then rolled about its own x.
    let accel = Vector3(
      -9.81 * sin(pitch), 9.81 * cos(pitch) * sin(roll), 9.81 * cos(pitch) * cos(roll))
    var filter = AttitudeFilter(sampleRateHz: 200)
    filter.update(gyroRadS: .zero, accelMS2: accel)
    #expect(abs(filter.pitchRad - pitch) < 1e-9)
    #expect(abs(filter.rollRad - roll) < 1e-9)
  }

  @Test("Upside down is found, too")
  func upsideDown() {
    var filter = AttitudeFilter(sampleRateHz: 200)
    filter.update(gyroRadS: .zero, accelMS2: Vector3(0, 0, -9.81))
    #expect(abs(filter.inclinationRad - .pi) < 1e-6)
  }

  @Test("A quarter turn left at 1 rad/s turns the six-axis heading by 90 deg")
  func quarterTurn() {
    var filter = AttitudeFilter(sampleRateHz: 1000)
    for _ in 0..<1571 {
      filter.update(gyroRadS: Vector3(0, 0, 1), accelMS2: Vector3(0, 0, 9.81))
    }
    // Nothing tells a bias about the vertical apart in a steady turn, so it must stay near zero.
    #expect(abs(filter.headingRad - 1.571) < 2e-3)
  }

  @Test("At rest the gyro's bias is found within ten seconds, and rest is reported")
  func biasAtRest() {
    let bias = Vector3(0.012, -0.02, 0.015)
    var filter = AttitudeFilter(sampleRateHz: 200)
    filter.update(gyroRadS: bias, accelMS2: Vector3(0, 0, 9.81))
    #expect(!filter.isAtRest)
    for _ in 0..<2000 { filter.update(gyroRadS: bias, accelMS2: Vector3(0, 0, 9.81)) }
    #expect(filter.isAtRest)
    #expect((filter.gyroBiasRadS - bias).norm < radians(degrees: 0.05))
    for _ in 0..<20 { filter.update(gyroRadS: Vector3(1, 0, 0), accelMS2: Vector3(0, 0, 9.81)) }
    #expect(!filter.isAtRest)
  }

  @Test("In motion about changing axes most of the bias is found, and attitude stays right")
  func biasInMotion() {
    // 0.6 deg/s, about the sigma the filter starts with.
    let bias = Vector3(0.005, -0.006, 0.008)
    var imu = IdealImu()
    var filter = AttitudeFilter(sampleRateHz: IdealImu.rateHz)
    for i in 0..<24_000 {
      let t = Double(i) / IdealImu.rateHz
      let rate = Vector3(0.9 * sin(0.7 * t), 0.8 * sin(1.1 * t + 1), 0.7 * sin(0.5 * t + 2))
      imu.turn(rate)
      filter.update(gyroRadS: rate + bias, accelMS2: imu.accelMS2)
      if i > 2000 { #expect(!filter.isAtRest) }
    }
    #expect((filter.gyroBiasRadS - bias).norm < 0.25 * bias.norm)
    let inclination = (imu.bodyToEarth * filter.bodyToEarth.conjugate).inclinationRad
    #expect(inclination < radians(degrees: 0.5))
  }

  @Test("A magnetometer gives heading at once: zero is east, positive is left")
  func headingFromField() {
    var filter = AttitudeFilter(sampleRateHz: 200)
    let imu = IdealImu(bodyToEarth: Quaternion(angleRad: 0.7, axis: Vector3(0, 0, 1)))
    for _ in 0..<10 {
      filter.update(gyroRadS: .zero, accelMS2: imu.accelMS2, magnetometer: imu.field)
    }
    #expect(abs(filter.headingRad - 0.7) < 1e-6)
    #expect(angleDeg(filter.bodyToEarth, imu.bodyToEarth) < 1e-4)
  }

  @Test("A slower magnetometer corrects heading as fast per second as one at full rate")
  func slowMagnetometer() {
    var fast = AttitudeFilter(sampleRateHz: 200)
    var slow = AttitudeFilter(sampleRateHz: 200, magnetometerRateHz: 20)
    // A turn about the vertical that the gyro does not see, after the field was learned.
    var imu = IdealImu()
    let turn = Vector3(0.2, 0, 0.6)
    for i in 0..<6000 {
      if i == 4000 {
        imu.bodyToEarth = Quaternion(angleRad: 0.5, axis: Vector3(0, 0, 1)) * imu.bodyToEarth
      }
      imu.turn(turn)
      fast.update(gyroRadS: turn, accelMS2: imu.accelMS2, magnetometer: imu.field)
      if i % 10 == 0 {
        slow.update(gyroRadS: turn, accelMS2: imu.accelMS2, magnetometer: imu.field)
      } else {
        slow.update(gyroRadS: turn, accelMS2: imu.accelMS2)
      }
    }
    let error = angleDeg(fast.bodyToEarth, imu.bodyToEarth)
    // 28.6 deg, ten seconds later, at a time constant of nine.
    #expect(error > 5 && error < 15)
    #expect(abs(angleDeg(slow.bodyToEarth, imu.bodyToEarth) - error) < 1)
  }

  @Test("A magnet that comes near is noticed and does not turn the heading")
  func disturbance() {
    var filter = AttitudeFilter(sampleRateHz: IdealImu.rateHz)
    var imu = IdealImu()
    let turn = Vector3(0.2, 0, 0.6)
    #expect(filter.isMagneticallyDisturbed)
    for _ in 0..<4000 {
      imu.turn(turn)
      filter.update(gyroRadS: turn, accelMS2: imu.accelMS2, magnetometer: imu.field)
    }
    #expect(!filter.isMagneticallyDisturbed)
    #expect(angleDeg(filter.bodyToEarth, imu.bodyToEarth) < 0.5)
    imu.earthField = Vector3(40, 24, -41.6)
    for _ in 0..<2000 {
      imu.turn(turn)
      filter.update(gyroRadS: turn, accelMS2: imu.accelMS2, magnetometer: imu.field)
    }
    #expect(filter.isMagneticallyDisturbed)
    #expect(angleDeg(filter.bodyToEarth, imu.bodyToEarth) < 1)
  }

  @Test("Before any field is known, heading stays with the first ones for a minute, then follows")
  func unknownField() {
    // A body that never turns gives no field that could be trusted.
    var filter = AttitudeFilter(sampleRateHz: IdealImu.rateHz)
    var imu = IdealImu()
    func rest(_ seconds: Double) {
      for _ in 0..<Int(seconds * IdealImu.rateHz) {
        filter.update(gyroRadS: .zero, accelMS2: imu.accelMS2, magnetometer: imu.field)
      }
    }
    rest(15)
    imu.earthField = Quaternion(angleRad: 0.5, axis: Vector3(0, 0, 1)).rotate(imu.earthField)
    rest(40)
    #expect(filter.isMagneticallyDisturbed)
    #expect(abs(filter.headingRad) < 1e-6)
    // 55 s were rejected; 18 s are one time constant at half the speed.
    rest(5 + 18)
    #expect(abs(filter.headingRad + 0.5 * (1 - exp(-1))) < 0.005)
  }

  @Test("Samples that are not finite, and an accelerometer at zero, are left out and counted")
  func badSamples() {
    var filter = AttitudeFilter(sampleRateHz: 200)
    let up = Vector3(0, 0, 9.81)
    for _ in 0..<100 {
      filter.update(gyroRadS: .zero, accelMS2: up, magnetometer: Vector3(0, 1, -1))
    }
    let before = filter.bodyToEarth
    filter.update(gyroRadS: Vector3(.nan, 0, 0), accelMS2: up)
    filter.update(gyroRadS: .zero, accelMS2: Vector3(0, .infinity, 0))
    filter.update(gyroRadS: .zero, accelMS2: .zero)
    #expect(filter.skippedSamples == 3)
    #expect(filter.bodyToEarth == before)
    filter.update(gyroRadS: .zero, accelMS2: up, magnetometer: Vector3(.nan, 0, 0))
    #expect(filter.skippedSamples == 4)
    #expect(angleDeg(filter.bodyToEarth, before) < 1e-6)
  }

  @Test(
    "A sample allocates and frees nothing, in motion and at rest, with a magnetometer and without",
    .enabled(if: umwelt_malloc_count_works()))
  func allocatesNothing() {
    var filter = AttitudeFilter(sampleRateHz: 200, settings: .recorded)
    var imu = IdealImu()
    var angle = 0.0
    func run(_ samples: Int, _ turn: Vector3) {
      for _ in 0..<samples {
        imu.turn(turn)
        filter.update(gyroRadS: turn, accelMS2: imu.accelMS2)
        filter.update(gyroRadS: turn, accelMS2: imu.accelMS2, magnetometer: imu.field)
        angle += filter.headingRad
      }
    }
    run(1, .zero)
    umwelt_malloc_count_start()
    run(500, Vector3(0.2, 0, 0.6))
    run(500, .zero)
    filter.restart()
    run(10, .zero)
    let counts = umwelt_malloc_count_stop()
    #expect(filter.isAtRest == false && angle.isFinite)
    #expect(counts.allocations == 0 && counts.frees == 0)
  }
}
