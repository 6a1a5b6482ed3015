// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// A wheel encoder with two outputs a quarter of a cycle apart, on two lines that tell both edges.
///
/// ```
///  A  __|""""|____|""""|__
///  B  ____|""""|____|""""|     forward: A leads. Four edges a cycle, each one count (x4).
/// ```
/// The edges of both lines are taken in the order of their kernel timestamps, so a late look costs
/// nothing but lateness. Where edges were lost, the line's level is unknown until its next edge,
/// and edges of the other one cannot be counted: they are lost too.
/// Counting begins when both lines have shown their level; where zero is, an incremental encoder
/// cannot know anyway.
public final class QuadratureEncoder {
  /// How an encoder is built and mounted.
  public struct Settings: Hashable, Sendable {
    /// Counts (four a cycle) in one turn of what it measures, gears included.
    public var countsPerTurn: Int
    /// Turning forward, B leads.
    public var isInverted: Bool
    /// Without a count for this long, the speed is 0.
    public var standstillS: Double

    public init(countsPerTurn: Int, isInverted: Bool = false, standstillS: Double = 0.1) {
      precondition(countsPerTurn > 0 && standstillS > 0, "counts and time are above 0")
      (self.countsPerTurn, self.isInverted) = (countsPerTurn, isInverted)
      self.standstillS = standstillS
    }
  }

  /// An edge younger than this may still wait in the kernel behind one of the other line's: Linux
  /// stamps it in the interrupt, but queues it in a thread.
  static let settling = Interval(nanoseconds: 1_000_000)

  public let settings: Settings
  /// For messages: "ENC_A, ENC_B".
  public let name: String
  /// Counted since the start; forward is positive.
  public private(set) var counts = 0
  /// Edges that came too fast, or while nobody looked.
  public private(set) var lostEdges = 0
  public private(set) var speedRadS = 0.0

  private var a, b: Track
  private var speed = EdgeSpeed()

  public init(a: any EdgeLine, b: any EdgeLine, settings: Settings) {
    (self.a, self.b, self.settings) = (Track(line: a), Track(line: b), settings)
    name = "\(a.name), \(b.name)"
  }

  public var angleRad: Double { Double(counts) * radPerCount }

  private var radPerCount: Double { 2 * .pi / Double(settings.countsPerTurn) }

  /// Takes the edges up to a moment ago.
  /// - Throws: `DeviceError.edges` when more were lost than read, and more than a cycle: where the
  ///   wheel is, is not known any more. Later looks go on counting.
  public func update(now: Instant) throws(DeviceError) {
    let horizon = now + Interval(nanoseconds: -Self.settling.nanoseconds)
    let lostBefore = lostEdges
    var read = 0
    while true {
      lostEdges += try a.fetch()
      lostEdges += try b.fetch()
      guard let isA = isNextOfA(before: horizon) else { break }
      read += 1
      if isA {
        count(a.take(), against: b, whenEqual: -1)
      } else {
        count(b.take(), against: a, whenEqual: 1)
      }
    }
    let countsPerS = speed.countsPerS(at: horizon, standstillS: settings.standstillS)
    speedRadS = countsPerS * radPerCount * (settings.isInverted ? -1 : 1)
    let lost = lostEdges - lostBefore
    if lost > max(read, 4) { throw .edges(.lost(lost, read: read), line: name) }
  }

  /// Whether the oldest waiting edge is A's; nil when none is old enough.
  private func isNextOfA(before horizon: Instant) -> Bool? {
    switch (a.waiting?.at, b.waiting?.at) {
    case (let ofA?, let ofB?): min(ofA, ofB) < horizon ? ofA <= ofB : nil
    case (let ofA?, nil): ofA < horizon ? true : nil
    case (nil, let ofB?): ofB < horizon ? false : nil
    case (nil, nil): nil
    }
  }

  /// A forward edge of A makes A differ from B, one of B makes them equal.
  private func count(_ taken: Track.Taken, against other: Track, whenEqual: Int) {
    switch (taken.isChange, other.level) {
    case (false, _):
      // The same level twice: the edge between was missed, and the two cancel out.
      lostEdges += 1
      speed.forget()
    case (true, nil):
      if other.hasShownLevel { lostEdges += 1 }
      speed.forget()
    case (true, let level?):
      let step = taken.level == level ? whenEqual : -whenEqual
      counts += settings.isInverted ? -step : step
      speed.add(step, at: taken.at)
    }
  }
}

/// One line of an encoder: its level, and its next edge.
private struct Track {
  struct Taken {
    var level: Bool
    /// Whether the level is another than before, as far as that is known.
    var isChange: Bool
    var at: Instant
  }

  let line: any EdgeLine
  private(set) var waiting: Edge?
  /// Nil until the first edge and while edges are missing.
  private(set) var level: Bool?
  private(set) var hasShownLevel = false
  private var sequence: UInt32?

  init(line: any EdgeLine) { self.line = line }

  /// Fills `waiting` when it is empty; returns how many edges are missing before it.
  mutating func fetch() throws(DeviceError) -> Int {
    guard waiting == nil else { return 0 }
    do throws(LineError) { waiting = try line.nextEdge() } catch { throw .line(error) }
    guard let edge = waiting else { return 0 }
    let missing = sequence.map { Int(edge.sequence &- $0 &- 1) } ?? 0
    sequence = edge.sequence
    if missing > 0 { level = nil }
    return missing
  }

  /// Precondition: an edge waits.
  mutating func take() -> Taken {
    guard let edge = waiting else { preconditionFailure("no edge waits on \(line.name)") }
    let isChange = level != edge.isRising
    (waiting, level, hasShownLevel) = (nil, edge.isRising, true)
    return Taken(level: edge.isRising, isChange: isChange, at: edge.at)
  }
}
