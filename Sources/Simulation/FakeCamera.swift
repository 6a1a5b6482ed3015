// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// A simulated camera: exposes on time, draws only when somebody looks, so that unseen frames cost
/// nothing.
final class FakeCamera: FrameSource {
  let name: String
  let width: Int
  let height: Int
  var fault = Fault.ok
  private let period: Interval
  private let seed: UInt64
  private let world: any World
  private var nextExposureAt = Instant.zero
  private var exposure: (at: Instant, moment: SIMD8<Double>)?
  private var sequence: UInt32 = 0
  private var drawnSequence: UInt32 = 0
  private var pixels: [UInt8]

  init(name: String, width: Int, height: Int, period: Interval, world: any World, seed: UInt64) {
    (self.name, self.width, self.height, self.period) = (name, width, height, period)
    (self.world, self.seed) = (world, seed)
    pixels = [UInt8](repeating: 0, count: width * height * 3)
  }

  /// Exposes a frame when one is due. The world must stand at `now`.
  func expose(now: Instant) {
    guard now >= nextExposureAt, fault != .off else { return }
    nextExposureAt = now + period
    sequence &+= 1
    exposure = (now, world.truth)
  }

  func latest(into frame: inout Frame) throws(FrameError) -> Bool {
    if fault == .off { throw FrameError(camera: name, errno: 19) }  // ENODEV
    guard let exposure, sequence != frame.sequence else { return false }
    if drawnSequence != sequence, fault != .stuck || drawnSequence == 0 { draw(exposure.moment) }
    frame.capturedAt = exposure.at
    frame.sequence = sequence
    frame.pixels.withUnsafeMutableBufferPointer { destination in
      _ = destination.update(fromContentsOf: pixels)
    }
    return true
  }

  private func draw(_ moment: SIMD8<Double>) {
    drawnSequence = sequence
    var random = SeededGenerator(seed: seed &+ UInt64(sequence), stream: "camera noise")
    if fault == .garbage {
      for i in pixels.indices { pixels[i] = UInt8(truncatingIfNeeded: random.next()) }
    } else {
      world.render(moment, into: &pixels, width: width, height: height)
      RoomCamera.addNoise(to: &pixels, &random)
    }
  }
}
