// SPDX-License-Identifier: Apache-2.0

/// A robot as the console knows it. Nothing here waits. Thread: the console's.
public protocol ConsoleRobot: AnyObject {
  /// The newest that the loop has told.
  var snapshot: RobotSnapshot { get }

  /// Hands a request over; false when as many are waiting as may.
  func send(_ ticket: Ticket) -> Bool

  /// Stops it. Always heard, by whoever looks first: it needs no place among the requests.
  func stop()

  /// The newest picture of the camera, and how wide it is; nil where there is none.
  func picture() -> CameraPicture?
}

/// What the camera saw.
public struct CameraPicture: Equatable, Sendable {
  public var width: Int
  /// Shape: [height, width, 3].
  public var pixels: [UInt8]

  public init(width: Int, pixels: [UInt8]) { (self.width, self.pixels) = (width, pixels) }
}
