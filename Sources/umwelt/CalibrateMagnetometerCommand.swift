// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Estimation
import Quantities

/// `umwelt calibrate magnetometer`: hard and soft iron from turning through all directions.
struct CalibrateMagnetometerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "magnetometer", abstract: "All directions: hard and soft iron.",
    discussion: "Nothing moves by itself. Turn the robot slowly through all directions.")

  /// Readings closer together than this say the same: so every direction counts alike, however long
  /// the robot stayed there. A twelfth of the Earth's field, or 5 deg. Units: T.
  private static let spacingT = 4e-6
  private static let patienceS = 120.0
  /// A chip that measures the field does so at 8 Hz at least.
  private static let firstS = 2.0
  /// Twenty for each of the nine unknowns.
  private static let enough = 180

  @OptionGroup var options: CalibrateOptions
  @OptionGroup var hand: HandOptions

  func run() throws {
    let session = try CalibrationSession(options)
    let bench = try CalibrationBench(session.board, options: options, hand: hand)
    try session.begin(
      "Go away from iron and motors. Turn the robot slowly about all its axes, upside down too.",
      yes: hand.yes)
    if !session.progress.magneticT.isEmpty {
      session.say("\(session.progress.magneticT.count) readings are there already.")
    }
    try collect(session, bench)
    let fit: EllipsoidFit
    do throws(CalibrationRefusal) { fit = try EllipsoidFit(session.progress.magneticT) } catch {
      // Too few directions can be added to; anything else is wrong with what is there.
      if case .directionsMissing = error {} else { try session.record { $0.magneticT = [] } }
      throw CalibrateError.refused(error)
    }
    let result = Calibration.Magnetometer(chip: session.board.imu.chip, when: UTC.now(), fit)
    report(result, session)
    try session.finish {
      $0.magnetometer = result
    } forget: {
      $0.magneticT = []
    }
    if options.json { print(json(result, session).text) }
  }

  /// Until every direction was seen, or patience ends.
  private func collect(_ session: CalibrationSession, _ bench: CalibrationBench) throws {
    var samples = session.progress.magneticT
    var (saved, shown) = (samples.count, EllipsoidFit.coverage(of: samples))
    let begin = bench.clock.now
    var hasField = false
    bench.hand?.tumble()
    while (bench.clock.now - begin).seconds < Self.patienceS,
      shown < 1 || samples.count < Self.enough
    {
      try session.checkInterruption()
      try bench.listen { sample in
        guard let field = sample.magneticT else { return }
        hasField = true
        if samples.allSatisfy({ (field - $0).norm >= Self.spacingT }) { samples.append(field) }
      }
      guard hasField || (bench.clock.now - begin).seconds < Self.firstS else {
        throw CalibrateError.noMagnetometer(chip: session.board.imu.chip.traits.name)
      }
      guard samples.count >= saved + 25 else { continue }
      try session.record { $0.magneticT = samples }
      (saved, shown) = (samples.count, EllipsoidFit.coverage(of: samples))
      session.say("      \(samples.count) readings, \(fixed(100 * shown, 0)) % of all directions")
    }
    try session.record { $0.magneticT = samples }
  }

  private func report(_ result: Calibration.Magnetometer, _ session: CalibrationSession) {
    let iron = result.offsetT.numbers.map { fixed($0 * 1e6, 1) }.joined(separator: ", ")
    session.say("hard iron        \(iron) µT in a field of \(fixed(result.fieldT * 1e6, 1)) µT")
    session.say(
      "quality          \(fixed(100 * result.residual, 1)) % of the field left (good below "
        + "\(fixed(100 * EllipsoidFit.Limits.residual, 0)) %), "
        + "\(fixed(100 * result.coverage, 0)) % of all directions")
  }

  private func json(
    _ result: Calibration.Magnetometer, _ session: CalibrationSession
  ) -> JSONObject {
    var object = session.report("magnetometer")
    object.add("matrix", result.matrix.numbers, decimals: 6)
    object.add("offset_t", result.offsetT.numbers, decimals: 9)
    object.add("field_t", result.fieldT, decimals: 9)
    object.add("residual", result.residual, decimals: 6)
    object.add("coverage", result.coverage, decimals: 4)
    return object
  }
}
