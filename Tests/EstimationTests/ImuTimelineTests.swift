// SPDX-License-Identifier: Apache-2.0
import Estimation
import Testing

struct ImuTimelineTests {
  @Test("One row, and rows of one time, have no interval", arguments: [[], [3], [2, 2, 2]])
  func none(timesS: [Double]) { #expect(ImuTimeline(timesS: timesS) == nil) }

  @Test("Times rounded to milliseconds give the rate that they are the rounding of")
  func rounded() throws {
    let times = (0..<10_000).map { (Double($0) * 3.5).rounded(.down) / 1000 }
    let timeline = try #require(ImuTimeline(timesS: times))
    #expect(abs(timeline.rateHz - 1000 / 3.5) < 0.1)
    #expect(timeline.rowsAfterGaps.isEmpty)
  }

  @Test("A burst shares the interval before it; the first burst has the usual one")
  func bursts() throws {
    let timeline = try #require(ImuTimeline(timesS: [0, 0, 1, 1, 1, 1, 2, 2, 2, 2]))
    #expect(timeline.intervalsS == [Double](repeating: 0.25, count: 10))
    #expect(timeline.rateHz == 4)
    #expect(timeline.rowsAfterGaps.isEmpty)
  }

  @Test("Ten seconds without a row are a gap, also before a burst, and no part of the rate")
  func gaps() throws {
    let even = (0..<100).map { Double($0) / 64 } + (0..<100).map { 12 + Double($0) / 64 }
    let timeline = try #require(ImuTimeline(timesS: even))
    #expect(timeline.rowsAfterGaps == [100])
    #expect(timeline.rateHz == 64)
    #expect(timeline.intervalsS.allSatisfy { abs($0 - 1.0 / 64) < 1e-12 })
    let inBursts = (0..<200).map { (even[$0] * 16).rounded(.down) / 16 }
    let burst = try #require(ImuTimeline(timesS: inBursts))
    #expect(burst.rowsAfterGaps == [100])
    #expect(burst.intervalsS.allSatisfy { $0 == 1.0 / 64 })
  }

  @Test("A few rows lost are a long interval and no gap")
  func lost() throws {
    let times = (0..<200).map { Double($0) / 64 }.filter { !(1.0..<1.25).contains($0) }
    let timeline = try #require(ImuTimeline(timesS: times))
    #expect(timeline.rowsAfterGaps.isEmpty)
    #expect(timeline.intervalsS.max() == 17.0 / 64)
  }
}
