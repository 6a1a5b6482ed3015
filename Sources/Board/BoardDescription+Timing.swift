// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// Rates and times that must fit each other.
  static func checkTiming(_ file: Section, _ log: ProblemLog) {
    let rates = file.find(Keys.rates)?.value
    let gate = rates?.find(Rates.Keys.gate)
    let decision = rates?.find(Rates.Keys.decision)
    let imu = file.find(Keys.imu)?.value.find(IMU.Keys.rate)
    if let gate, let decision { checkDecision(decision, gateHz: gate.value, log) }
    if let gate, let imu, gate.value > imu.value {
      log.add(
        .conflict, at: gate.place,
        "rates.gate: \(plain(gate.value)) Hz is above the IMU's \(plain(imu.value)) Hz",
        "The gate ticks when the IMU has measured: lower the gate's rate or raise imu.rate.")
    }
    checkPlanner(file, decision: decision, log)
    let frames = file.find(Keys.camera)?.value.find(Camera.Keys.rate)
    let safety = file.find(Keys.safety)?.value
    checkTimeout(
      safety, SafetySettings.Keys.imuTimeout, imu.map { 1 / $0.value }, "IMU sample", log)
    checkTimeout(
      safety, SafetySettings.Keys.frameTimeout, frames.map { 1 / $0.value }, "frame", log)
    checkTimeout(safety, SafetySettings.Keys.planTimeout, decision?.value, "plan", log)
  }

  private static func checkDecision(
    _ decision: Located<Double>, gateHz: Double, _ log: ProblemLog
  ) {
    let ticks = decision.value * gateHz
    let whole = max(1, ticks.rounded())
    if abs(ticks - whole) <= 1e-6 * whole { return }
    log.add(
      .conflict, at: decision.place,
      "rates.decision: \(plain(decision.value)) s is not a whole number of gate periods of "
        + "\(milliseconds(1 / gateHz))",
      "The nearest is \(milliseconds(whole / gateHz)).")
  }

  private static func checkPlanner(
    _ file: Section, decision: Located<Double>?, _ log: ProblemLog
  ) {
    guard let planner = file.find(Keys.planner)?.value else { return }
    if let elites = planner.find(Planner.Keys.elites),
      let candidates = planner.find(Planner.Keys.candidates), elites.value > candidates.value
    {
      log.add(
        .conflict, at: elites.place,
        "planner.elites: \(elites.value) of only \(candidates.value) candidates",
        "Elites are the best candidates: a tenth of them is usual.")
    }
    if let deadline = planner.find(Planner.Keys.deadline), let decision,
      deadline.value > decision.value
    {
      log.add(
        .conflict, at: deadline.place,
        "planner.deadline: \(milliseconds(deadline.value)) is longer than a decision of "
          + milliseconds(decision.value),
        "Every plan would come too late: choose about two thirds of a decision.")
    }
  }

  /// A timeout shorter than the period of what it waits for would stop a healthy robot.
  private static func checkTimeout(
    _ safety: Section?, _ key: Key<Double>, _ periodS: Double?, _ thing: String, _ log: ProblemLog
  ) {
    guard let safety, let timeout = safety.find(key), let periodS, timeout.value < periodS else {
      return
    }
    log.add(
      .conflict, at: timeout.place,
      "\(safety.name(key)): \(milliseconds(timeout.value)) is shorter than the "
        + "\(milliseconds(periodS)) from one \(thing) to the next",
      "The robot would stop at once: write at least \(milliseconds(2 * periodS)).")
  }

  /// To a thousandth of a millisecond.
  private static func milliseconds(_ seconds: Double) -> String {
    "\(plain((seconds * 1e6).rounded() / 1e3)) ms"
  }
}
