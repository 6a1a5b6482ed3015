// SPDX-License-Identifier: Apache-2.0
import Devices
import Estimation
import Quantities

/// Waits until the robot stands, and measures it then.
struct StandingReader {
  /// How long it has to stand.
  static let standS = 2.0
  /// How long a person may take to put it down.
  static let patienceS = 60.0

  let bench: CalibrationBench
  let session: CalibrationSession

  /// The next standstill that `isWanted`, as long as that takes within patience.
  ///
  /// Throws: `notStill` with what moved last, when patience ends.
  func next(isWanted: (RestState) -> String?) throws(CalibrateError) -> RestState {
    let end = bench.clock.now + Interval(seconds: Self.patienceS)
    var why = "Put the robot down and let go of it."
    var said: String?
    while bench.clock.now < end {
      var rest = RestCalibration(sampleRateHz: bench.imu.sampleRateHz, durationS: Self.standS)
      while !rest.isComplete, bench.clock.now < end {
        try session.checkInterruption()
        try bench.listen { rest.add(gyroRadS: $0.gyroRadS, accelMS2: $0.accelMS2) }
      }
      let state: RestState
      do throws(RestCalibrationError) { state = try rest.finish() } catch {
        if case .tooFewSamples = error { continue }
        why = "\(error)"
        continue
      }
      guard let objection = isWanted(state) else { return state }
      if said != objection { session.say("      " + objection) }
      (said, why) = (objection, objection)
    }
    throw .notStill(why, afterS: Self.patienceS, saved: session.saved)
  }
}
