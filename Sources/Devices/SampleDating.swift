// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// Finds for each sample of a FIFO its own data-ready edge, whenever the two are looked at.
///
/// ```
/// edges  --1---2---3---4---5--     a look reads the edges, the FIFO's count, the edges again:
/// look            |-----|          between 3 and 4 samples are counted, and
/// ```
/// the sample after those already handed over belongs to the edge after theirs. Going on by number
/// stays right when a sample comes in between. A number that cannot be, because an edge was missed
/// or was not one, is put right at the second look that finds it so. Where the kernel dropped the
/// edge itself the time comes from the nearest one and the period.
struct SampleDating {
  /// The kernel queues 16 edges a line (gpiolib's default); older ones are of no use.
  private static let ring: UInt32 = 16

  private let line: any EdgeLine
  private let period: Interval
  /// Edge times in nanoseconds, at their sequence number modulo 16.
  private var timesNs = SIMD16<Int64>.zero
  /// Sequence numbers of the edges whose times are known.
  private var oldest: UInt32 = 0
  private var newest: UInt32 = 0
  /// The edge of the last sample handed over or lost.
  private var handed: UInt32 = 0
  private var before: UInt32 = 0
  private var lastAt = Instant(nanoseconds: .min)
  /// The numbers agreed with the edges at the last look.
  private var isAligned = false
  /// No sample is missing between the last one handed over and the next.
  private var isContinuous = false

  init(line: any EdgeLine, period: Interval) { (self.line, self.period) = (line, period) }

  /// From here on the FIFO fills. Without any edge samples are dated `now`, which grows old.
  mutating func begin(now: Instant) throws(DeviceError) {
    lastAt = Instant(nanoseconds: .min)
    try takeEdges()
    keep(now, at: newest)
    oldest = newest
    (handed, isAligned, isContinuous) = (newest, false, false)
  }

  /// To be called before the FIFO's count is read.
  mutating func openLook() throws(DeviceError) {
    try takeEdges()
    before = newest
  }

  /// To be called after the count was read.
  mutating func closeLook(waiting: Int) throws(DeviceError) {
    try takeEdges()
    let last = handed &+ UInt32(truncatingIfNeeded: waiting)
    let tooFar = distance(newest, last)
    let tooShort = distance(last, before)
    let isPossible = tooFar <= 0 && tooShort <= 0
    if !isPossible, !isAligned || max(tooFar, tooShort) > 1 {
      handed = (tooFar > 0 ? newest : before) &- UInt32(truncatingIfNeeded: waiting)
      isContinuous = false
    }
    isAligned = isPossible
  }

  /// The next sample's time. Never one that was given before.
  /// - Parameter elapsed: since the sample before, by the chip's own clock.
  mutating func next(elapsed: Interval? = nil) -> Instant {
    handed &+= 1
    var at: Instant
    if distance(oldest, handed) < 0, isContinuous, let elapsed {
      at = lastAt + elapsed
    } else {
      let isAhead = distance(newest, handed) > 0
      let known = isAhead ? newest : distance(oldest, handed) < 0 ? oldest : handed
      at = time(of: known) + period * Int64(distance(known, handed))
    }
    if at <= lastAt { at = lastAt + Interval(nanoseconds: 1) }
    (lastAt, isContinuous) = (at, true)
    return at
  }

  /// Everything sampled so far is gone; how many that were, as far as the edges tell.
  mutating func forgetWaiting() throws(DeviceError) -> Int {
    try takeEdges()
    let lost = max(0, distance(handed, newest))
    (handed, isAligned, isContinuous) = (newest, false, false)
    return lost
  }

  private mutating func takeEdges() throws(DeviceError) {
    do throws(LineError) {
      while let edge = try line.nextEdge() {
        if edge.sequence != newest &+ 1 { oldest = edge.sequence }
        newest = edge.sequence
        keep(edge.at, at: newest)
        if newest &- oldest >= Self.ring { oldest = newest &- (Self.ring - 1) }
      }
    } catch { throw .line(error) }
  }

  private mutating func keep(_ at: Instant, at sequence: UInt32) {
    timesNs[Int(sequence % Self.ring)] = at.nanoseconds
  }

  private func time(of sequence: UInt32) -> Instant {
    Instant(nanoseconds: timesNs[Int(sequence % Self.ring)])
  }

  private func distance(_ from: UInt32, _ to: UInt32) -> Int { Int(Int32(bitPattern: to &- from)) }
}
