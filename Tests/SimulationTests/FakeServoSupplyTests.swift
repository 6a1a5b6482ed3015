// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Safety
import Simulation
import Testing

/// A simulated servo's appetite: nothing when let go, little when it holds, all against a stop.
struct FakeServoSupplyTests {
  private let chip = FakePCA9685()
  private let supply = FakeServoSupply(
    [(channel: 3, servo: FakeServo(pulseUs: 1200...1800, standingAt: 0))], restA: 0.1)

  /// The supply's current two cycles after channel 3 was told this pulse.
  private func currentA(pulseUs: Double, cycles: ClosedRange<Int>) -> Double {
    chip.write(0x00, to: 0xFE)
    chip.write(0x79, to: 0xFE)  // 50 Hz, asleep as after power-up
    chip.write(0x20, to: 0x00)
    let counts = Int((pulseUs * 1e-6 * chip.frequencyHz * 4096).rounded())
    for (i, value) in [0, 0, counts & 0xFF, counts >> 8].enumerated() {
      chip.write(UInt8(value), to: UInt8(0x06 + 4 * 3 + i))
    }
    for cycle in cycles {
      supply.feel(chip, now: Instant(nanoseconds: Int64(cycle) * 25_000_000))
    }
    return supply.supply.currentA
  }

  @Test("before any pulse only the rest of the robot draws current")
  func letGo() {
    supply.feel(chip, now: .zero)
    #expect(supply.supply.currentA == 0.1 && !supply.isPressing(3))
  }

  @Test("it draws much while it turns, and little once it is there")
  func turning() {
    #expect(currentA(pulseUs: 1600, cycles: 0...0) == 0.1 + FakeServoSupply.Load.turningA)
    #expect(currentA(pulseUs: 1600, cycles: 1...1) == 0.1 + FakeServoSupply.Load.idleA)
  }

  @Test("against a stop it draws more the further it is told, up to the stall")
  func pressing() {
    let little = currentA(pulseUs: 1830, cycles: 0...1)
    #expect(little > 0.2 && little < 0.1 + FakeServoSupply.Load.stalledA)
    #expect(supply.isPressing(3) && !supply.isPressing(4))
    #expect(
      abs(currentA(pulseUs: 2000, cycles: 2...3) - 0.1 - FakeServoSupply.Load.stalledA) < 1e-9)
  }
}
