// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// One measurement of an IMU in the body frame.
public struct InertialSample: Equatable, Sendable {
  /// When it was sampled: the data-ready edge, not the time of reading.
  public var at: Instant
  public var gyroRadS: Vector3
  public var accelMS2: Vector3

  public init(at: Instant, gyroRadS: Vector3, accelMS2: Vector3) {
    (self.at, self.gyroRadS, self.accelMS2) = (at, gyroRadS, accelMS2)
  }
}

/// An IMU with a FIFO: everything sampled since the last look, oldest first.
public protocol InertialSensor: AnyObject {
  var sampleRateHz: Double { get }
  /// Samples that the chip lost because nobody looked in time.
  var lostSamples: Int { get }

  /// Checks the identity, resets and configures the chip. Returns when it samples.
  func start(clock: any Clock) throws(DeviceError)

  /// Hands over each new sample.
  func drain(_ each: (InertialSample) -> Void) throws(DeviceError)
}
