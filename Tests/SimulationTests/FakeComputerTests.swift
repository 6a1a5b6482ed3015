// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Simulation
import Testing

@Suite("The simulated computer")
struct FakeComputerTests {
  let computer = FakeComputer(seed: 1)

  private func at(_ seconds: Double) -> Instant { .zero + Interval(seconds: seconds) }

  @Test("It is not known before the first look, and well after it")
  func well() throws {
    #expect(computer.latest() == nil)
    computer.look(now: at(3))
    let state = try #require(computer.latest())
    #expect(state.at == at(3))
    #expect(state.temperatureC == 48)
    #expect(state.isUndervolted == false && state.isThrottled == false)
    #expect(state.hasModelChanged == false && state.hasBoardChanged == false)
    #expect((state.freeDiskBytes ?? 0) > 0 && (state.availableMemoryBytes ?? 0) > 0)
  }

  @Test("A condition shows at the next look, which comes once a second")
  func condition() {
    computer.look(now: at(1))
    computer.condition.temperatureC = 86
    computer.condition.isUndervolted = true
    computer.look(now: at(1.9))
    #expect(computer.latest()?.temperatureC == 48)
    computer.look(now: at(2))
    #expect(computer.latest()?.temperatureC == 86)
    #expect(computer.latest()?.isUndervolted == true)
    #expect(computer.latest()?.at == at(2))
  }

  @Test("Off it tells nothing; stuck it grows old; mended it goes on")
  func faults() {
    computer.look(now: at(1))
    computer.fault = .off
    #expect(computer.latest() == nil)
    computer.fault = .stuck
    computer.look(now: at(5))
    #expect(computer.latest()?.at == at(1))
    computer.fault = .ok
    computer.look(now: at(6))
    #expect(computer.latest()?.at == at(6))
  }

  @Test("Garbage is numbers that mean nothing, and a seed's own")
  func garbage() {
    func numbers(seed: UInt64) -> [Int?] {
      let computer = FakeComputer(seed: seed)
      computer.fault = .garbage
      return (0..<10).map { second in
        computer.look(now: at(Double(second)))
        return computer.latest()?.freeDiskBytes
      }
    }
    #expect(numbers(seed: 1) == numbers(seed: 1))
    #expect(numbers(seed: 1) != numbers(seed: 2))
    #expect(Set(numbers(seed: 1)).count == 10)
  }

  @Test("The simulated machine offers it, by its own clock")
  func offered() throws {
    let rover = try Rover()
    #expect(try rover.start().isEmpty)
    rover.machine.fakeComputer.condition.isThrottled = true
    try rover.drive(0, 0, seconds: 1.1)
    let state = try #require(rover.machine.computer?.latest())
    #expect(state.isThrottled == true)
    #expect((rover.machine.clock.now - state.at).seconds < 1.01)
    rover.machine.fakeComputer.fault = .off
    #expect(rover.machine.computer?.latest() == nil)
  }
}
