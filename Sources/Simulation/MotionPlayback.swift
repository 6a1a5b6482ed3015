// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// A recording of motion, played into the registers of a fake MPU-6050, for real drivers to read.
///
/// ```
/// recording --clock--> MPU-6050 registers, FIFO --bus--> driver
///                        \--data-ready line--------------^
/// ```
/// Each row is one sample of the chip, at the row's own time: the data-ready edge says when,
/// whatever rate the chip was set to. What a row holds goes through the chip's range and its 16
/// bits, not through its low-pass filter (the recording sensor had its own). Thread: one owner.
public final class MotionPlayback {
  /// What the recorded sensor felt, and when.
  public struct Row: Equatable, Sendable {
    /// Since the start of the recording; never earlier than the row before.
    public var time: Interval
    public var motion: Motion

    public init(time: Interval, motion: Motion) { (self.time, self.motion) = (time, motion) }
  }

  /// The recording starts this long after the clock, so that a driver can start the chip before.
  public static let lead = Interval(nanoseconds: 1_000_000_000)
  /// Where the chip answers.
  public static let address: UInt8 = 0x68

  private let rows: [Row]
  private let fakeBus = FakeI2CBus(name: "playback")
  private let line = FakeEdgeLine(name: "IMU_INT")
  private let chip: FakeMPU6050
  private var played = 0

  /// A chip just powered up, and a clock at zero.
  public init(rows: [Row]) {
    self.rows = rows
    let edges = line
    chip = FakeMPU6050 { edges.rise(at: $0) }
    fakeBus.attach(chip, at: Self.address)
  }

  /// The bus the chip is on.
  public var bus: any I2CBus { fakeBus }

  /// The chip's interrupt line.
  public var dataReady: any EdgeLine { line }

  /// Sleeping on it is what plays the recording.
  public private(set) lazy var clock: any Clock = SimulatedClock(pace: .lockstep) {
    [unowned self] in play(until: $0)
  }

  /// When the next row will be sampled, by `clock`; nil after the last.
  public var nextSampleAt: Instant? { played < rows.count ? sampledAt(played) : nil }

  /// When the chip sampled this row, by `clock`.
  public func sampledAt(_ row: Int) -> Instant { .zero + Self.lead + rows[row].time }

  /// Rows of which an axis did not fit the range that the chip was set to.
  public var saturatedSamples: Int { chip.saturatedSamples }

  private func play(until instant: Instant) {
    while let at = nextSampleAt, at <= instant {
      chip.sample(rows[played].motion, at: at)
      played += 1
    }
  }
}
