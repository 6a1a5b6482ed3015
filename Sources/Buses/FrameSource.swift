// SPDX-License-Identifier: Apache-2.0
import Quantities

/// One picture. Shape: [height, width, 3], RGB, 8 bits, row 0 on top.
public struct Frame: Equatable, Sendable {
  public let width: Int
  public let height: Int
  /// When the exposure ended, by the loop's clock.
  public var capturedAt: Instant
  /// Counts every frame of the camera, seen or dropped.
  public var sequence: UInt32
  public var pixels: [UInt8]

  /// A black frame with storage for every later one.
  public init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    capturedAt = .zero
    sequence = 0
    pixels = [UInt8](repeating: 0, count: width * height * 3)
  }
}

/// A camera.
public protocol FrameSource: AnyObject {
  var name: String { get }
  var width: Int { get }
  var height: Int { get }

  /// Copies the newest finished frame into `frame`; false when it is the one `frame` already holds
  /// (same `sequence`) or when there is none yet.
  func latest(into frame: inout Frame) throws(FrameError) -> Bool
}

/// The camera failed.
public struct FrameError: Error, Equatable, CustomStringConvertible {
  public var camera: String
  public var errno: Int32

  public init(camera: String, errno: Int32) { (self.camera, self.errno) = (camera, errno) }

  public var description: String {
    "camera \(camera): no frames (errno \(errno)). Check the ribbon or USB cable."
  }
}
