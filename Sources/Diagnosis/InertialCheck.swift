// SPDX-License-Identifier: Apache-2.0
import Board
import Quantities

/// What the IMU feels, when it is the right chip: samples, edges, and a robot at rest.
enum InertialCheck {
  /// At rest. Source: MPU-6000/6050 PS 6.1 and 6.2: zero-rate output up to 20 deg/s, zero-g output
  /// up to 80 mg, on each axis; other IMUs are better. A hand that holds still adds little.
  private static let forceMS2 = (0.85 * standardGravityMS2)...(1.15 * standardGravityMS2)
  private static let spreadMS2 = 0.1 * standardGravityMS2
  private static let turnRadS = 35 * Double.pi / 180
  /// An IMU's own oscillator is this exact and better.
  private static let tolerance = 0.9

  static func look(_ evidence: Evidence) -> [Finding] {
    guard let probe = evidence.probe.inertial else { return [] }
    let imu = evidence.board.imu
    let place = "\(imu.chip.traits.name) (imu)"
    func error(_ id: Finding.ID, _ what: String, _ why: String, _ fix: String...) -> [Finding] {
      [Finding(id, .error, .chips, at: place, what, why: why, fix: fix)]
    }
    if let failure = probe.failure {
      return error(
        .imuFails, "It does not start: \(failure)", "The robot does not start without it.",
        "Power-cycle it, then: umwelt doctor --board \(evidence.board.name)")
    }
    if probe.edges == 0 {
      return error(
        .imuNoInterrupt, "No data-ready edge on \(imu.interruptLine ?? "its line").",
        "Samples cannot be dated without it.",
        "Wire the chip's INT pin to \(pin(evidence)), or correct 'interrupt' in board.yaml.")
    }
    if probe.samples == 0 {
      return error(
        .imuSilent, "It tells of samples, but its FIFO has none.",
        "The robot does not start without them.", "Power-cycle it and check its supply.")
    }
    if probe.isFrozen {
      return error(
        .imuFrozen, "\(probe.samples) samples, all the same.",
        "A frozen IMU looks like a robot at rest.", "Power-cycle it; if it stays so, replace it.")
    }
    return atRest(probe, place) + rate(probe, evidence, place)
  }

  private static func pin(_ evidence: Evidence) -> String {
    guard let line = evidence.board.imu.interruptLine else { return "its line" }
    let pin = evidence.board.computer?.line(line)?.pin ?? line
    return pin == line ? line : "\(line) (pin \(pin))"
  }

  private static func atRest(_ probe: Probe.Inertial, _ place: String) -> [Finding] {
    let isAtRest =
      forceMS2.contains(probe.forceMS2) && probe.forceSpreadMS2 <= spreadMS2
      && probe.turnRadS <= turnRadS
    if isAtRest { return [] }
    return [
      Finding(
        .imuNotAtRest, .error, .chips, at: place,
        "It feels \(rounded(probe.forceMS2)) m/s2, give or take \(rounded(probe.forceSpreadMS2)), "
          + "and turns at \(rounded(probe.turnRadS * 180 / .pi, 0)) deg/s.",
        why: "At rest, as the robot must be when it starts, that is 9.8, 0 and 0.",
        fix: [
          "Lay the robot still and ask again.",
          "If it lay still: shorter wires, better pull-ups, another supply; or the chip is broken."
        ])
    ]
  }

  private static func rate(
    _ probe: Probe.Inertial, _ evidence: Evidence, _ place: String
  ) -> [Finding] {
    let asked = evidence.board.imu.settings.rateHz
    guard probe.rateHz < asked * tolerance else { return [] }
    return [
      Finding(
        .imuSlow, .warning, .chips, at: place,
        "\(rounded(probe.rateHz)) samples a second, not \(rounded(asked)).",
        why: "Samples are lost on the way, and attitude drifts.",
        fix: [
          "A faster bus (400 kHz), or a lower imu.rate in board.yaml."
        ])
    ]
  }
}
