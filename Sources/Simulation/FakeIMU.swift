// SPDX-License-Identifier: Apache-2.0
import Quantities

/// A fake IMU as its registers see it: what they are set to, and where a measurement goes.
package protocol FakeIMU: FakeInertialChip, FakeRegisterChip {
  var element: SensingElement { get set }
  /// Both sensors run.
  var isMeasuring: Bool { get }
  var samplePeriod: Interval { get }
  /// Corner of the low-pass filter.
  var bandwidthHz: Double { get }
  /// Counts of the converter for 1 rad/s and for 1 m/s2.
  var scale: (perRadS: Double, perMS2: Double) { get }
  /// Puts `element.counts` into the data registers and the FIFO, and raises the interrupt.
  func latch(at now: Instant)
}

extension FakeIMU {
  package var isAnswering: Bool { fault != .off }

  /// Samples of which an axis was outside the range that the chip was set to, and so was clipped.
  package var saturatedSamples: Int { element.saturatedSamples }
  package var gyroBiasRadS: Vector3 { element.gyroBiasRadS }
  package var accelBiasMS2: Vector3 { element.accelBiasMS2 }

  package func settle(in motion: Motion) { element.settle(in: motion) }

  package func feel(_ motion: Motion, dtS: Double, now: Instant) {
    feelElement(motion, dtS: dtS, now: now)
  }

  /// What every chip's `feel` does.
  func feelElement(_ motion: Motion, dtS: Double, now: Instant) {
    if fault != .off, fault != .stuck { magnetometer?.feel(motion.magneticT, now: now) }
    guard isMeasuring, fault != .off else { return element.pause() }
    element.follow(motion, dtS: dtS, bandwidthHz: bandwidthHz)
    while let at = element.sampleTime(by: now, period: samplePeriod) {
      if fault == .stuck {
        latch(at: at)
      } else {
        sample(element.measure(bandwidthHz: bandwidthHz), at: at)
      }
    }
  }

  /// Takes one measurement; a chip that sleeps measures nothing.
  package func sample(_ measured: Motion, at now: Instant) {
    guard isMeasuring, fault != .off else { return }
    if fault == .garbage {
      element.scramble()
    } else {
      element.convert(measured, perRadS: scale.perRadS, perMS2: scale.perMS2)
    }
    latch(at: now)
  }

  /// Counts for 1 rad/s of a converter that has 32768 for this many deg/s.
  func perRadS(fullScaleDegS: Double) -> Double { 32768 / (fullScaleDegS * .pi / 180) }

  /// Counts for 1 m/s2 of a converter that has 32768 for this many g.
  func perMS2(fullScaleG: Double) -> Double { 32768 / (fullScaleG * standardGravityMS2) }
}

/// A magnetometer in an IMU's package, with an address of its own.
package protocol FakeMagnetometer: FakeRegisterChip {
  /// The IMU has connected it to the bus.
  var isConnected: Bool { get set }
  /// Lets it feel the field in the IMU's axes, and measure when it is due.
  func feel(_ fieldT: Vector3, now: Instant)
}

extension FakeMagnetometer {
  package var isAnswering: Bool { isConnected }
}

/// The fake IMUs by the names that board.yaml has for them.
package enum FakeIMUs {
  package static let names =
    FakeMPU6050.Model.allCases.map(\.rawValue) + [
      "icm20948", "icm42688p", "lsm6dsox", "bmi270", "bno055"
    ]

  /// Nil when there is none of that name.
  /// - Parameter onDataReady: hears of each edge of the chip's interrupt pin.
  package static func make(
    _ name: String, seed: UInt64?, onDataReady: @escaping (Instant) -> Void
  ) -> (any FakeIMU)? {
    if let model = FakeMPU6050.Model(rawValue: name) {
      return FakeMPU6050(model, seed: seed, onDataReady: onDataReady)
    }
    switch name {
    case "icm20948": return FakeICM20948(seed: seed, onDataReady: onDataReady)
    case "icm42688p": return FakeICM42688P(seed: seed, onDataReady: onDataReady)
    case "lsm6dsox": return FakeLSM6DSOX(seed: seed, onDataReady: onDataReady)
    case "bmi270": return FakeBMI270(seed: seed, onDataReady: onDataReady)
    case "bno055": return FakeBNO055(seed: seed)
    default: return nil
    }
  }
}
