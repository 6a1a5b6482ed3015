// SPDX-License-Identifier: Apache-2.0

/// What feeds a simulated robot: a voltage behind a resistance, and motors that draw from it.
///
/// A brushed motor draws what its voltage drives through its winding against its own generator:
/// `stallA` times the difference of what it is told and what it does.
public struct Battery: Sendable {
  /// Source: two Li-ion cells in series, 3.9 V and 35 mOhm each (Samsung INR18650-25R), and wires.
  public var openCircuitV = 7.8
  public var resistanceOhm = 0.1
  /// What else hangs on it: a small computer at rest.
  public var restA = 0.2
  /// Source: Adafruit 3777, a TT gear motor: 1.5 A at 6 V when it cannot turn.
  public var stallA = 1.5
  /// What is left of its voltage when it is empty, as a share.
  static let emptyShare = 0.7
  /// Something that draws far too much. A jammed second pump, a wire that chafes.
  static let excessA = 20.0

  public init() {}

  /// What it gives. Precondition: drives and speeds as shares of full voltage and full speed.
  func supply(_ motors: [(drive: MotorDrive, speed: Double)], extraA: Double, _ fault: Fault)
    -> Supply
  {
    var current = restA + extraA + (fault == .wrong ? Self.excessA : 0)
    for motor in motors {
      // Braking current runs round in the bridge, not through the battery.
      if case .driven(let share) = motor.drive, share != 0 {
        current += max(0, stallA * abs(share) * abs(share - motor.speed))
      }
    }
    let open = openCircuitV * (fault == .off ? Self.emptyShare : 1)
    return Supply(voltageV: max(0, open - current * resistanceOhm), currentA: current)
  }
}
