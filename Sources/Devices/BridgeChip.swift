// SPDX-License-Identifier: Apache-2.0
import Buses

/// The H-bridges that have a driver, by their names in board.yaml.
public enum BridgeChip: String, CaseIterable, Hashable, Sendable {
  case tb6612, drv8833

  /// What the chip offers, as its driver says beside the datasheet's table.
  public var traits: BridgeTraits {
    switch self {
    case .tb6612: TB6612.traits
    case .drv8833: DRV8833.traits
    }
  }

  /// The driver.
  /// - Parameters:
  ///   - sleep: the line of `traits.sleepPin`.
  ///   - fault: the line of `traits.faultPin`, where it is wired.
  ///   - decay: nil takes the first that the chip has.
  ///   - first: the set point of the first motor; the others follow it.
  /// - Throws: `DeviceError.unsupported` when the chip cannot be wired so.
  public func driver(
    motors: [BridgeMotor], sleep: any OutputLine, fault: (any InputLine)? = nil,
    decay: Decay? = nil, first: Int = 0
  ) throws(DeviceError) -> any Actuators {
    let decay = decay ?? traits.decays[0]
    try traits.check(motors, hasFaultLine: fault != nil, decay: decay)
    switch self {
    case .tb6612: return TB6612(motors: motors, standby: sleep, first: first)
    case .drv8833:
      return DRV8833(motors: motors, sleep: sleep, fault: fault, decay: decay, first: first)
    }
  }
}

/// Where the motor's current goes in the rest of the PWM cycle.
public enum Decay: String, CaseIterable, Hashable, Sendable {
  /// Round through the bridge: it brakes; speed follows the duty well.
  case slow
  /// Back into the supply: it coasts.
  case fast
}

/// Which channels one motor of a bridge hangs on.
public struct BridgeMotor {
  /// The chip's PWM input; nil where it has none.
  public var pwm: PWMChannel?
  public var in1, in2: PWMChannel
  /// Wired the other way round: positive set points turn the motor backwards.
  public var isInverted: Bool

  public init(pwm: PWMChannel? = nil, in1: PWMChannel, in2: PWMChannel, isInverted: Bool = false) {
    (self.pwm, self.in1, self.in2, self.isInverted) = (pwm, in1, in2, isInverted)
  }
}

/// What an H-bridge offers and how it is wired.
public struct BridgeTraits: Sendable {
  /// As printed on the chip ("DRV8833").
  public var name: String
  /// Motors it can drive.
  public var bridges: Int
  /// The pin that is low while the chip sleeps.
  public var sleepPin: String
  /// The pin that the chip pulls low to complain; nil where it has none.
  public var faultPin: String?
  /// Whether a motor has an input for its power besides the two for its direction, which lines can
  /// then feed.
  public var hasPWMInput: Bool
  /// The first is the usual one.
  public var decays: [Decay]

  /// - Throws: `DeviceError.unsupported` for the first thing that the chip cannot do.
  public func check(
    _ motors: [BridgeMotor], hasFaultLine: Bool, decay: Decay
  ) throws(DeviceError) {
    guard (1...bridges).contains(motors.count) else {
      throw refusal("the number of motors", "\(motors.count)", "1 to \(bridges)")
    }
    if hasFaultLine, faultPin == nil { throw refusal("a fault line", "one", "none") }
    guard decays.contains(decay) else {
      let possible = decays.map(\.rawValue).joined(separator: ", ")
      throw refusal("decay", decay.rawValue, possible)
    }
    for motor in motors {
      guard (motor.pwm != nil) == hasPWMInput else {
        throw refusal(
          "a PWM input", motor.pwm == nil ? "none" : "one",
          hasPWMInput ? "PWM, IN1 and IN2" : "IN1 and IN2")
      }
      for channel in hasPWMInput ? [motor.pwm].compactMap({ $0 }) : [motor.in1, motor.in2] {
        if case .line(let line) = channel {
          throw refusal("PWM", "line \(line.name)", "PWM channels, which can pulse")
        }
      }
    }
  }

  private func refusal(_ setting: String, _ asked: String, _ possible: String) -> DeviceError {
    .unsupported(chip: name, setting: setting, asked: asked, possible: possible)
  }
}
