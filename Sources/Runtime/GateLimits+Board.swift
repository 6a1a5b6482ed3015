// SPDX-License-Identifier: Apache-2.0
import Board
import Safety

extension GateLimits {
  /// The limits that `board.yaml` states, narrowed for servos to where they do not press.
  ///
  /// - Parameter servoEnds: what calibration found on this robot; checked against the board.
  public init(_ board: BoardDescription, servoEnds: [Calibration.Servo] = []) {
    self.init(
      actuators: board.actuators.map { actuator in
        let limits = actuator.limits
        // Names of actuators are unique on a board.
        let ends = servoEnds.first { $0.name == actuator.name }
        return ActuatorLimits(
          lower: max(limits.position.lowerBound, ends?.lower ?? -.infinity),
          upper: min(limits.position.upperBound, ends?.upper ?? .infinity),
          ratePerS: limits.ratePerS, slewPerS2: limits.slewPerS2, heat: limits.heat)
      },
      periodS: 1 / board.rates.gateHz, imuTimeoutS: board.safety.imuTimeoutS,
      frameTimeoutS: board.camera == nil ? nil : board.safety.frameTimeoutS,
      planTimeoutS: board.safety.planTimeoutS, rampS: board.safety.rampS,
      tiltRad: board.safety.tiltRad)
    let safety = board.safety
    (armingS, slowShare, tickTimeoutS) = (safety.armingS, safety.slowShare, safety.tickTimeoutS)
    (surprise, lost) = (safety.surprise, safety.lost)
    supplyTimeoutS = board.power.isEmpty ? nil : safety.supplyTimeoutS
    gridTimeoutS = board.grids.isEmpty ? nil : safety.gridTimeoutS
    obstacleM = board.grids.contains { $0.chip.traits.unit == .metres } ? safety.obstacleM : nil
    workspace = board.drive == nil ? nil : safety.workspace
    needsGuard = safety.needsGuard
    (computer, failsafes) = (safety.computer, safety.failsafes)
  }
}
