// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// Servos behind a PWM chip, and the current that their supply gives them.
///
/// Each takes bursts while it turns, little while it holds, and more and more the further its
/// pulses ask it beyond a stop.
package final class FakeServoSupply {
  /// Source: Hitec HS-422 at 5 V: 8 mA idle, 150 mA running, 0.7 A stalled, 8 us dead band.
  package enum Load {
    package static let idleA = 0.008, turningA = 0.15, stalledA = 0.7
    package static let deadBandUs = 8.0
    /// Beyond the dead band, for all its power: a few degrees, as such servos have.
    package static let stallingUs = 50.0
  }

  private let servos: [(channel: Int, servo: FakeServo)]
  /// What else hangs on the supply: a small computer at rest.
  private let restA: Double
  private var nextCycle = Instant.zero
  package private(set) var supply: Supply

  package init(_ servos: [(channel: Int, servo: FakeServo)], restA: Double = 0.2) {
    (self.servos, self.restA) = (servos, restA)
    supply = Supply(voltageV: 5, currentA: restA)
  }

  /// Whether the servo on this channel presses on a stop.
  package func isPressing(_ channel: Int) -> Bool {
    servos.contains { $0.channel == channel && $0.servo.beyondUs > 0 }
  }

  /// Once a cycle of the chip each servo takes its pulse.
  package func feel(_ pwm: FakePCA9685, now: Instant) {
    guard now >= nextCycle else { return }
    nextCycle = now + Interval(seconds: 1 / pwm.frequencyHz)
    var sum = restA
    for (channel, servo) in servos {
      servo.feel(pulseS: pwm.highS(channel))
      sum += Self.currentA(servo)
    }
    supply.currentA = sum
  }

  private static func currentA(_ servo: FakeServo) -> Double {
    guard servo.isHolding else { return 0 }
    let effort = min(1, max(0, servo.beyondUs - Load.deadBandUs) / Load.stallingUs)
    let pressing = Load.idleA + effort * (Load.stalledA - Load.idleA)
    return servo.isTurning ? max(Load.turningA, pressing) : pressing
  }
}

/// A chip on the simulated bus that watches a supply.
package protocol FakePowerChip: FakeWordChip {
  var fault: Fault { get set }
  /// What it sees from now on.
  func feel(_ supply: Supply)
}

extension FakeINA219: FakePowerChip {
  package func feel(_ supply: Supply) { self.supply = supply }
}

extension FakeINA226: FakePowerChip {
  package func feel(_ supply: Supply) { self.supply = supply }
}

/// An ADS1115 behind a divider.
final class FakeDividedSupply: FakePowerChip {
  private let chip: FakeADS1115
  private let channel: Int
  private let ratio: Double

  init(_ chip: FakeADS1115, channel: Int, ratio: Double) {
    (self.chip, self.channel, self.ratio) = (chip, channel, ratio)
  }

  var pointer: UInt8 {
    get { chip.pointer }
    set { chip.pointer = newValue }
  }
  var fault: Fault {
    get { chip.fault }
    set { chip.fault = newValue }
  }

  func feel(_ supply: Supply) {
    // A conversion that is due saw what was, not what is.
    chip.advance()
    chip.voltagesV[channel] = supply.voltageV / ratio
  }

  func writeWord(_ value: UInt16, to register: UInt8) { chip.writeWord(value, to: register) }
  func readWord(_ register: UInt8) -> UInt16 { chip.readWord(register) }
}
