// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Buses
import Estimation
import Quantities

/// `umwelt calibrate camera`: how late the camera's time stamps are by the IMU's.
struct CalibrateCameraCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "camera", abstract: "Left and right: how late the camera's time stamps are.",
    discussion: "Nothing moves by itself. Turn the robot left and right on its wheels by hand.")

  private static let turningS = 15.0

  @OptionGroup var options: CalibrateOptions
  @OptionGroup var hand: HandOptions

  func run() throws {
    let session = try CalibrationSession(options)
    guard let described = session.board.camera else {
      throw CalibrateError.noCamera(board: session.board.name)
    }
    let bench = try CalibrationBench(
      session.board, options: options, hand: hand, needsCamera: true)
    guard let camera = bench.camera else {
      throw CalibrateError.noCamera(board: session.board.name)
    }
    try session.begin(
      "Let the robot stand, where its camera sees something with edges.", yes: hand.yes)
    let reader = StandingReader(bench: bench, session: session)
    let bias = try reader.next { _ in nil }.gyroBiasRadS
    let seconds = fixed(Self.turningS, 0)
    session.say("Now turn it left and right by hand for \(seconds) s, now fast, now slow.")
    bench.hand?.sway()
    let recording = try record(camera, bench, session, biasRadS: bias)
    let delay: CameraDelay
    do throws(CalibrationRefusal) { delay = try CameraDelay(recording) } catch {
      throw CalibrateError.refused(error)
    }
    let result = Calibration.Camera(name: described.name, when: UTC.now(), delay)
    session.say(
      "camera delay     \(fixed(1000 * result.delayS, 1)) ms, from \(delay.frames) frames")
    session.say(
      "quality          correlation \(fixed(result.correlation, 3)) (good above "
        + "\(CameraDelay.Limits.correlation))")
    try session.finish {
      $0.camera = result
    } forget: { _ in
    }
    guard options.json else { return }
    var object = session.report("camera")
    object.add("delay_s", result.delayS, decimals: 6)
    object.add("correlation", result.correlation, decimals: 6)
    object.add("frames", delay.frames)
    print(object.text)
  }

  private func record(
    _ camera: any FrameSource, _ bench: CalibrationBench, _ session: CalibrationSession,
    biasRadS: Vector3
  ) throws(CalibrateError) -> CameraDelay.Recording {
    var recording = CameraDelay.Recording()
    var shift = ImageShift(width: camera.width, height: camera.height)
    var frame = Frame(width: camera.width, height: camera.height)
    let end = bench.clock.now + Interval(seconds: Self.turningS)
    while bench.clock.now < end {
      try session.checkInterruption()
      try bench.listen {
        recording.add(yawRateRadS: $0.gyroRadS.z - biasRadS.z, atS: $0.at.seconds)
      }
      let before = (at: frame.capturedAt, sequence: frame.sequence)
      do throws(FrameError) {
        guard try camera.latest(into: &frame) else { continue }
      } catch { throw .camera(error) }
      // A frame that was missed makes the next shift longer, and its time with it: no harm.
      guard let px = shift.shiftPx(to: frame.pixels), before.sequence > 0 else { continue }
      recording.add(shiftPx: px, fromS: before.at.seconds, toS: frame.capturedAt.seconds)
    }
    return recording
  }
}
