// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// One measurement of an IMU in the body frame.
public struct InertialSample: Equatable, Sendable {
  /// When it was sampled: the data-ready edge, not the time of reading; of a chip that has no such
  /// pin (`InertialTraits.hasDataReady`) the time of reading.
  public var at: Instant
  public var gyroRadS: Vector3
  public var accelMS2: Vector3
  /// The magnetic field, of chips that measure it, when a new measurement came with this sample.
  public var magneticT: Vector3?

  public init(at: Instant, gyroRadS: Vector3, accelMS2: Vector3, magneticT: Vector3? = nil) {
    (self.at, self.gyroRadS, self.accelMS2) = (at, gyroRadS, accelMS2)
    self.magneticT = magneticT
  }
}

/// An IMU: everything sampled since the last look, oldest first. One without a FIFO has a single
/// sample at most, and loses those that nobody looked for in time.
public protocol InertialSensor: AnyObject {
  var sampleRateHz: Double { get }
  /// Samples that the chip lost because nobody looked in time.
  var lostSamples: Int { get }

  /// Checks the identity, resets and configures the chip. Returns when it samples.
  func start(clock: any Clock) throws(DeviceError)

  /// The chip's own temperature, degrees Celsius; for calibration, not for the tick.
  func temperatureC() throws(DeviceError) -> Double

  /// Hands over each new sample.
  func drain(_ each: (InertialSample) -> Void) throws(DeviceError)
}
