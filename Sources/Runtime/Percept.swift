// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Estimation
import Quantities

/// What one decision is made from: the senses at its moment, in storage of its own.
public struct Percept: Sendable {
  /// The robot has just been armed: what was before counts no more.
  public var isFirst = false
  /// When the senses were so.
  public var at = Instant.zero
  /// The share of its futures that the mind shall imagine.
  public var effort: Float = 1
  /// The newest picture; nil without a camera.
  public var frame: Frame?
  /// IMU means of the interval that ended now. Shape: [bins, 6]: gyro xyz rad/s, accel xyz m/s2.
  public var imuMeans: [Float]
  /// Largest horizontal specific force in that interval, m/s2: a bump shows here.
  public var peakForceMS2 = 0.0
  /// Units: rad, rad/s, m/s (nil where there is no odometry).
  public var pitchRad = 0.0
  public var gyroRadS = Vector3.zero
  public var speedMS: Double?

  /// Storage for all later ones.
  public init(board: BoardDescription, imuBins: Int) {
    frame = board.camera.map { Frame(width: $0.widthPx, height: $0.heightPx) }
    imuMeans = [Float](repeating: 0, count: ImuBins(bins: imuBins).valueCount)
  }
}

extension Perception {
  /// Writes what a decision needs, but for when and which, in place.
  func observe(into percept: inout Percept) {
    if let frame { percept.frame?.copy(frame) }
    for i in imuMeans.indices { percept.imuMeans[i] = imuMeans[i] }
    percept.peakForceMS2 = peakForceMS2
    percept.pitchRad = attitude.pitchRad
    percept.gyroRadS = gyroRadS
    percept.speedMS = odometry?.speedMS
  }
}

extension Frame {
  /// Takes over another of the same size without asking for memory.
  mutating func copy(_ other: Frame) {
    (capturedAt, sequence) = (other.capturedAt, other.sequence)
    pixels.withUnsafeMutableBufferPointer { target in
      other.pixels.withUnsafeBufferPointer { source in
        // The sizes are the camera's, which does not change.
        _ = target.update(fromContentsOf: source)
      }
    }
  }
}
