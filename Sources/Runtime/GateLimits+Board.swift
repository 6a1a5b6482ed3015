// SPDX-License-Identifier: Apache-2.0
import Board
import Safety

extension GateLimits {
  /// The limits that `board.yaml` states.
  public init(_ board: BoardDescription) {
    self.init(
      actuators: board.actuators.map {
        ActuatorLimits(
          lower: $0.limits.position.lowerBound, upper: $0.limits.position.upperBound,
          ratePerS: $0.limits.ratePerS, slewPerS2: $0.limits.slewPerS2)
      },
      periodS: 1 / board.rates.gateHz, imuTimeoutS: board.safety.imuTimeoutS,
      frameTimeoutS: board.camera == nil ? nil : board.safety.frameTimeoutS,
      planTimeoutS: board.safety.planTimeoutS, rampS: board.safety.rampS,
      tiltRad: board.safety.tiltRad)
  }
}
