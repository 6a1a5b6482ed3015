// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// Gives frames the time of the edge that the camera makes when it exposes.
///
/// Frames and edges are paired by order: both count every one, taken or lost, so their numbers
/// differ by a constant, found at the first frame by the newest edge before it. A frame follows its
/// edge within a period; where that is no longer so, an edge was missed or a false one came, and
/// the constant is found anew.
public final class FrameStrobe {
  /// Frames in a row without an edge after which the wire counts as broken.
  static let patience = 10
  private static let kept = 32

  /// Frames whose edge was lost: they kept the camera's own time.
  public private(set) var unpairedFrames = 0
  /// How often frames and edges got out of step.
  public private(set) var slips = 0

  private let line: any EdgeLine
  private let period: Interval
  /// The last edges, each at its sequence modulo `kept`.
  private var edges = [Edge?](repeating: nil, count: kept)
  private var newest: UInt32?
  /// An edge's number less that of its frame.
  private var offset: UInt32?
  private var unpairedInARow = 0

  /// - Parameter line: an edge of one kind for each exposure.
  public init(line: any EdgeLine, rateHz: Double) {
    precondition(rateHz > 0, "a rate above 0")
    (self.line, period) = (line, Interval(seconds: 1 / rateHz))
  }

  /// Replaces the frame's time by its edge's; false when its edge was lost.
  /// - Throws: `DeviceError.edges` when no edges come at all.
  public func stamp(_ frame: inout Frame) throws(DeviceError) -> Bool {
    try takeEdges()
    if let paired = pair(frame) {
      frame.capturedAt = paired.at
      unpairedInARow = 0
      return true
    }
    unpairedFrames += 1
    unpairedInARow += 1
    if unpairedInARow >= Self.patience { throw .edges(.absent, line: line.name) }
    return false
  }

  private func pair(_ frame: Frame) -> Edge? {
    if let offset {
      let sequence = frame.sequence &+ offset
      guard let edge = kept(sequence) else {
        // Behind the newest: it was lost. Ahead of it: the two are out of step.
        if let newest, Int32(bitPattern: sequence &- newest) <= 0 { return nil }
        return realign(frame)
      }
      if mayBelong(edge, to: frame) { return edge }
    }
    return realign(frame)
  }

  /// Takes the newest edge before the frame for its own.
  private func realign(_ frame: Frame) -> Edge? {
    if offset != nil { slips += 1 }
    offset = nil
    var best: Edge?
    for case let edge? in edges where mayBelong(edge, to: frame) {
      if edge.at > (best?.at ?? Instant(nanoseconds: .min)) { best = edge }
    }
    offset = best.map { $0.sequence &- frame.sequence }
    return best
  }

  private func mayBelong(_ edge: Edge, to frame: Frame) -> Bool {
    let delay = frame.capturedAt - edge.at
    return delay >= .zero && delay <= period
  }

  private func kept(_ sequence: UInt32) -> Edge? {
    let edge = edges[Int(sequence) % Self.kept]
    return edge?.sequence == sequence ? edge : nil
  }

  private func takeEdges() throws(DeviceError) {
    do throws(LineError) {
      while let edge = try line.nextEdge() {
        edges[Int(edge.sequence) % Self.kept] = edge
        newest = edge.sequence
      }
    } catch { throw .line(error) }
  }
}
