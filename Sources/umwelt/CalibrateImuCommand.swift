// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Estimation
import Quantities

/// `umwelt calibrate imu`: the accelerometer from six faces, the gyro's bias on the way.
struct CalibrateImuCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "imu", abstract: "Six faces: the accelerometer's scale, misalignment and bias.",
    discussion: "Nothing moves by itself. Put the robot on its six sides, one after the other.")

  @OptionGroup var options: CalibrateOptions
  @OptionGroup var hand: HandOptions

  func run() throws {
    let session = try CalibrationSession(options)
    let bench = try CalibrationBench(session.board, options: options, hand: hand)
    try session.begin(
      "Put the robot on each of its six sides and let go; any order will do.", yes: hand.yes)
    let resumed = Set(session.progress.faces.map(\.face)).count
    if resumed > 0 { session.say("\(resumed) of 6 sides are done already.") }
    while let face = nextFace(session) { try measure(face, session, bench) }
    let fit = try fit(session)
    let imu = Calibration.IMU(chip: session.board.imu.chip, when: UTC.now(), fit)
    report(imu, session)
    try session.finish {
      $0.imu = imu
    } forget: {
      $0.faces = []
    }
    if options.json { print(json(imu, session, resumed: resumed).text) }
  }

  private func nextFace(_ session: CalibrationSession) -> Face? {
    Face.allCases.first { face in !session.progress.faces.contains { $0.face == face } }
  }

  private func measure(
    _ face: Face, _ session: CalibrationSession, _ bench: CalibrationBench
  ) throws {
    let done = session.progress.faces
    session.say("[\(done.count + 1)/6] Put it \(face.words), and let go.")
    bench.hand?.place(up: face.up)
    let reader = StandingReader(bench: bench, session: session)
    let state = try reader.next { state in
      guard let found = Face(accelMS2: state.accelMS2) else {
        return "It lies on an edge. Put it down on a side."
      }
      let isDone = done.contains { $0.face == found }
      return isDone ? "It lies \(found.words), which is done. Put it on another side." : nil
    }
    guard let found = Face(accelMS2: state.accelMS2) else { return }
    let reading = FaceReading(
      face: found, accelMS2: state.accelMS2, gyroRadS: state.gyroBiasRadS,
      temperatureC: try bench.temperatureC())
    try session.record { $0.faces.append(reading) }
    session.say("      \(found.words): done, at \(fixed(reading.temperatureC, 1)) °C.")
  }

  /// Readings that contradict each other are of no use to the next run either.
  private func fit(_ session: CalibrationSession) throws -> SixFaceCalibration {
    do throws(CalibrationRefusal) { return try SixFaceCalibration(session.progress.faces) } catch {
      try session.record { $0.faces = [] }
      throw CalibrateError.refused(error)
    }
  }

  private func report(_ imu: Calibration.IMU, _ session: CalibrationSession) {
    let bias = imu.gyroBiasRadS
    let degrees = [bias.x, bias.y, bias.z].map { fixed($0 * 180 / .pi, 2) }
    let force = imu.accelBiasMS2
    session.say("gyro bias        \(degrees.joined(separator: ", ")) deg/s")
    session.say(
      "accelerometer    bias "
        + [force.x, force.y, force.z].map { fixed($0, 3) }.joined(separator: ", ") + " m/s2")
    session.say(
      "quality          \(fixed(imu.residualMS2, 3)) m/s2 left of gravity (good below "
        + "\(SixFaceCalibration.Limits.residualMS2))")
  }

  private func json(
    _ imu: Calibration.IMU, _ session: CalibrationSession, resumed: Int
  ) -> JSONObject {
    var object = session.report("imu")
    object.add("resumed_faces", resumed)
    object.add("temperature_c", imu.temperatureC, decimals: 1)
    object.add("gyro_bias_rad_s", imu.gyroBiasRadS.numbers, decimals: 6)
    object.add("accel_matrix", imu.accelMatrix.numbers, decimals: 6)
    object.add("accel_bias_m_s2", imu.accelBiasMS2.numbers, decimals: 6)
    object.add("residual_m_s2", imu.residualMS2, decimals: 6)
    return object
  }
}

extension Vector3 {
  var numbers: [Double] { [x, y, z] }
}

extension Matrix3 {
  /// Row after row.
  var numbers: [Double] { rows.0.numbers + rows.1.numbers + rows.2.numbers }
}
