// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// A simulated camera: exposes on time, draws only when somebody looks, so that unseen frames cost
/// nothing.
final class FakeCamera: FrameSource {
  /// How late a delayed camera hands frames over.
  static let delay = Interval(nanoseconds: 1_000_000_000)
  /// A slow one takes this many times as long from frame to frame.
  static let slowness: Int64 = 10
  /// A delay's worth of frames at any rate that board.yaml allows.
  private static let kept = 256

  let name: String
  let width: Int
  let height: Int
  var fault = Fault.ok
  /// It exposes when it is told to, not by itself.
  var isTriggered = false
  /// How long a frame is on its way; its own time is when it arrived, as cheap cameras have it.
  var transfer = Interval.zero
  /// Called at each exposure.
  var onExposure: (Instant) -> Void = { _ in }
  private let period: Interval
  private let seed: UInt64
  private let world: any World
  private var nextExposureAt = Instant.zero
  private var exposures: [Exposure] = []
  private var sequence: UInt32 = 0
  private var drawnSequence: UInt32 = 0
  private var pixels: [UInt8]
  private var luck: SeededGenerator
  /// What the time is, for frames that are on their way.
  var now: () -> Instant = { .zero }

  private struct Exposure {
    var at: Instant
    var sequence: UInt32
    var moment: SIMD8<Double>
  }

  init(name: String, width: Int, height: Int, period: Interval, world: any World, seed: UInt64) {
    (self.name, self.width, self.height, self.period) = (name, width, height, period)
    (self.world, self.seed) = (world, seed)
    pixels = [UInt8](repeating: 0, count: width * height * 3)
    luck = SeededGenerator(seed: seed, stream: "camera luck")
  }

  /// Exposes a frame when one is due. The world must stand at `now`.
  func expose(now: Instant) {
    guard !isTriggered, now >= nextExposureAt, fault != .off else { return }
    nextExposureAt = now + period * (fault == .slow ? Self.slowness : 1)
    take(now)
  }

  /// A pulse on its trigger input.
  func trigger(now: Instant) {
    guard isTriggered, fault != .off else { return }
    take(now)
  }

  private func take(_ now: Instant) {
    sequence &+= 1
    onExposure(now)
    if fault == .intermittent, luck.uniform() < FaultStrength.share { return }
    if way == .zero { exposures.removeAll() }
    exposures.append(Exposure(at: now, sequence: sequence, moment: world.truth))
    // Where nobody looks, none need be kept but the newest and what comes before it does.
    if exposures.count > Self.kept { exposures.removeFirst() }
  }

  private var way: Interval { fault == .delayed ? transfer + Self.delay : transfer }

  /// The newest that has arrived.
  private func arrived(by now: Instant) -> Exposure? {
    guard way > .zero else { return exposures.last }
    while exposures.count > 1, exposures[1].at + way <= now { exposures.removeFirst() }
    return exposures.first.flatMap { $0.at + way <= now ? $0 : nil }
  }

  func latest(into frame: inout Frame) throws(FrameError) -> Bool {
    if fault == .off { throw FrameError(camera: name, errno: 19) }  // ENODEV
    guard let exposure = arrived(by: now()), exposure.sequence != frame.sequence else {
      return false
    }
    let isNew = drawnSequence != exposure.sequence
    if isNew, fault != .stuck || drawnSequence == 0 { draw(exposure) }
    frame.capturedAt = exposure.at + transfer
    frame.sequence = exposure.sequence
    frame.pixels.withUnsafeMutableBufferPointer { destination in
      _ = destination.update(fromContentsOf: pixels)
    }
    return true
  }

  private func draw(_ exposure: Exposure) {
    drawnSequence = exposure.sequence
    var random = SeededGenerator(seed: seed &+ UInt64(exposure.sequence), stream: "camera noise")
    if fault == .garbage {
      for i in pixels.indices { pixels[i] = UInt8(truncatingIfNeeded: random.next()) }
    } else {
      world.render(exposure.moment, into: &pixels, width: width, height: height)
      RoomCamera.addNoise(to: &pixels, &random)
    }
  }
}
