// SPDX-License-Identifier: Apache-2.0
import Quantities

/// What can be wrong with a simulated part.
public enum Fault: String, CaseIterable, Sendable {
  /// Works.
  case ok
  /// Does not answer.
  case off
  /// Answers, but its data never change.
  case stuck
  /// Answers with random data.
  case garbage
  /// Another part sits there.
  case wrong
  /// Takes much longer than it should.
  case slow
  /// Tells late what was.
  case delayed
  /// Fails now and then.
  case intermittent
}

/// How bad the faults are that have a degree.
package enum FaultStrength {
  /// Of what fails now and then, this share does.
  package static let share = 0.2
  /// Source: SMBus 3.2, table 1: a target may stretch the clock for 25 ms in all (T_LOW:SEXT).
  package static let stretch = Interval(nanoseconds: 25_000_000)
  /// How long an adapter waits on a clock that is held. Source: LinuxI2CBus, which asks for that.
  package static let adapterTimeout = Interval(nanoseconds: 250_000_000)
  /// How late a strobe's edges are: no camera exposes that long.
  package static let edgeDelay = Interval(nanoseconds: 70_000_000)
}

extension SimulatedMachine {
  /// The parts that can be broken on purpose, and how.
  ///
  /// A chip (imu, pwm, power, grid), one of them or all of a kind:
  /// off: no acknowledge. stuck: data never change. garbage: random data. wrong: another chip.
  /// slow: holds the clock for 25 ms in each transfer. intermittent: a fifth of its transfers
  /// is not acknowledged.
  public enum Part: String, CaseIterable, Sendable {
    case imu, pwm, power, grid
    /// off: no frames. stuck: the same pixels. garbage: random ones. slow: a tenth of the rate.
    /// delayed: frames come a second late. intermittent: a fifth of them is dropped.
    case camera
    /// Every transfer of every bus. off: fails. stuck: SCL is held low, and the adapter times out.
    /// garbage: what is read is random. slow: the clock is held for 25 ms. intermittent: a fifth of
    /// them fails.
    case bus
    /// off: unplugged, no edges. garbage: noise on the lines. wrong: A and B exchanged.
    /// intermittent: a fifth of the edges is never heard of.
    case encoders
    /// off: the motors' wires are off. stuck: blocked. wrong: the motors' wires are exchanged.
    case wheels
    /// The battery. off: empty. wrong: something on it draws far too much.
    case supply
    /// The emergency stop's line. off: its wire is broken. stuck: the contact never opens. garbage:
    /// the line cannot be read. intermittent: a loose contact.
    case stop
    /// off: no edges. garbage: false ones. delayed: each comes late. intermittent: a fifth
    /// is missing.
    case strobe
    /// off: the camera hears no pulse. intermittent: it misses a fifth of them.
    case trigger

    /// What can be wrong with it.
    public var faults: [Fault] {
      switch self {
      case .imu, .power, .grid: [.ok, .off, .stuck, .garbage, .wrong, .slow, .intermittent]
      case .pwm: [.ok, .off, .stuck, .wrong, .slow, .intermittent]
      case .camera: [.ok, .off, .stuck, .garbage, .slow, .delayed, .intermittent]
      case .bus: [.ok, .off, .stuck, .garbage, .slow, .intermittent]
      case .encoders: [.ok, .off, .garbage, .wrong, .intermittent]
      case .wheels: [.ok, .off, .stuck, .wrong]
      case .supply: [.ok, .off, .wrong]
      case .stop: [.ok, .off, .stuck, .garbage, .intermittent]
      case .strobe: [.ok, .off, .garbage, .delayed, .intermittent]
      case .trigger: [.ok, .off, .intermittent]
      }
    }
  }
}

extension SimulatedMachine.Part {
  /// What a fault of it is, in words.
  public func describe(_ fault: Fault) -> String {
    if fault == .ok { return "works" }
    return switch self {
    case .imu, .pwm, .power, .grid: Self.chip(fault)
    case .bus: Self.bus(fault)
    case .camera: Self.camera(fault)
    case .strobe, .trigger: Self.pulses(fault, isTrigger: self == .trigger)
    case .encoders:
      switch fault {
      case .off: "are unplugged: no edges"
      case .garbage: "have noise on their lines"
      case .wrong: "have A and B exchanged"
      default: "lose a fifth of the edges"
      }
    case .wheels:
      switch fault {
      case .off: "have no motor: its wires are off"
      case .stuck: "are blocked"
      default: "turn the other way: the motors' wires are exchanged"
      }
    case .supply: fault == .off ? "is empty" : "is drawn from far too much"
    case .stop:
      switch fault {
      case .off: "is pressed, or its wire broken"
      case .stuck: "never opens"
      case .garbage: "cannot be read"
      default: "has a loose contact"
      }
    }
  }

  private static func chip(_ fault: Fault) -> String {
    switch fault {
    case .off: "does not acknowledge"
    case .stuck: "its data never change"
    case .garbage: "its data are random"
    case .wrong: "is another chip"
    case .slow: "holds the clock for 25 ms in each transfer"
    default: "does not acknowledge a fifth of its transfers"
    }
  }

  private static func bus(_ fault: Fault) -> String {
    switch fault {
    case .off: "every transfer fails"
    case .stuck: "SCL is held low, and the adapter times out"
    case .garbage: "what is read is random"
    case .slow: "the clock is held for 25 ms in each transfer"
    default: "a fifth of all transfers fails"
    }
  }

  private static func camera(_ fault: Fault) -> String {
    switch fault {
    case .off: "sends no frames"
    case .stuck: "repeats one picture"
    case .garbage: "its pixels are random"
    case .slow: "sends a tenth of its frames"
    case .delayed: "its frames come a second late"
    default: "a fifth of its frames is dropped"
    }
  }

  private static func pulses(_ fault: Fault, isTrigger: Bool) -> String {
    switch fault {
    case .off: isTrigger ? "the camera hears no pulse" : "sends no edges"
    case .garbage: "sends false edges"
    case .delayed: "its edges come late"
    default:
      isTrigger ? "the camera misses a fifth of the pulses" : "a fifth of its edges is missing"
    }
  }
}

/// A fault that this machine cannot have.
public enum InjectionError: Error, Equatable, CustomStringConvertible {
  /// No part of that kind is wired to it.
  case noPart(SimulatedMachine.Part, available: [SimulatedMachine.Part])
  /// The part cannot fail that way.
  case noFault(Fault, of: SimulatedMachine.Part)

  public var description: String {
    switch self {
    case .noPart(let part, let available):
      "this robot has no \(part.rawValue) to break (it has: "
        + available.map(\.rawValue).joined(separator: ", ") + "). Choose one of these."
    case .noFault(let fault, let part):
      "\(part.rawValue) cannot be \(fault.rawValue), only "
        + part.faults.map(\.rawValue).joined(separator: ", ") + ". Choose one of these."
    }
  }
}
