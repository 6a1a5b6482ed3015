// SPDX-License-Identifier: Apache-2.0
import Quantities

/// A line we drive.
public protocol OutputLine: AnyObject {
  /// The line's name on the board ("MOTOR_STBY"), never a number.
  var name: String { get }
  func set(high: Bool) throws(LineError)
}

/// A line whose level we ask for: a fault output, an end stop, an emergency stop.
public protocol InputLine: AnyObject {
  var name: String { get }
  func isHigh() throws(LineError) -> Bool
}

/// A line whose edges we are told of, in order.
///
/// Contract: the queue is bounded; when it overflows the oldest edges go and `sequence` shows the
/// gap.
public protocol EdgeLine: AnyObject {
  var name: String { get }
  /// Takes the oldest edge not yet taken; nil when there is none. Never waits.
  func nextEdge() throws(LineError) -> Edge?
}

/// Which edges of a line are wanted.
public enum EdgeKind: Sendable { case rising, falling, both }

/// One edge.
public struct Edge: Equatable, Sendable {
  /// When the edge happened, by the loop's clock.
  public var at: Instant
  /// Counts every edge of the line that was asked for, taken or lost.
  public var sequence: UInt32
  /// Where the level went.
  public var isRising: Bool

  public init(at: Instant, sequence: UInt32, isRising: Bool = true) {
    (self.at, self.sequence, self.isRising) = (at, sequence, isRising)
  }
}

/// The kernel refused a line.
public struct LineError: Error, Equatable, CustomStringConvertible {
  public var line: String
  public var errno: Int32

  public init(line: String, errno: Int32) { (self.line, self.errno) = (line, errno) }

  public var description: String {
    "line \(line): the kernel refused (errno \(errno)). Is another program holding it?"
  }
}
