// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// Looks at a camera for a moment.
struct CameraProber {
  /// USB cameras take this long to their first picture.
  private static let firstFrameS = 3.0
  /// Enough to measure a rate to a tenth at the slowest rates that are worth having.
  private static let frames = 10
  private static let watchS = 2.0

  let hardware: any Hardware
  let rateHz: Double

  func look(at name: String) -> Probe.Camera {
    var probe = Probe.Camera()
    do {
      try watch(try hardware.frameSource(name), &probe)
    } catch { probe.failure = "\(error)" }
    return probe
  }

  private func watch(_ camera: any FrameSource, _ probe: inout Probe.Camera) throws(FrameError) {
    (probe.widthPx, probe.heightPx) = (camera.width, camera.height)
    let clock = hardware.clock
    let pause = Interval(seconds: 0.25 / rateHz)
    var frame = Frame(width: camera.width, height: camera.height)
    var first: Frame?
    var differs = false
    var deadline = clock.now + Interval(seconds: Self.firstFrameS)
    while clock.now < deadline, probe.frames < Self.frames {
      if try camera.latest(into: &frame) {
        probe.frames += 1
        if let first { differs = differs || frame.pixels != first.pixels }
        if first == nil {
          first = frame
          deadline = clock.now + Interval(seconds: Self.watchS)
        }
      } else {
        clock.sleep(until: clock.now + pause)
      }
    }
    guard let first, probe.frames > 1 else { return }
    let elapsedS = (frame.capturedAt - first.capturedAt).seconds
    if elapsedS > 0 { probe.rateHz = Double(frame.sequence &- first.sequence) / elapsedS }
    probe.isFrozen = !differs
  }
}
