// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// A simulated robot's computer: cool, well fed and with room, until a test says otherwise.
public final class FakeComputer: ComputerHealth {
  /// As on the real one.
  static let period = Interval(nanoseconds: 1_000_000_000)

  /// A Raspberry Pi 4 with a fan and nothing else to do.
  public static let well: ComputerState = {
    var state = ComputerState(at: .zero)
    state.temperatureC = 48
    (state.isUndervolted, state.isThrottled) = (false, false)
    (state.freeDiskBytes, state.availableMemoryBytes) = (8 << 30, 1 << 30)
    (state.hasModelChanged, state.hasBoardChanged) = (false, false)
    return state
  }()

  /// What the next look finds. The time is the look's own.
  public var condition = well

  /// `off`: it tells nothing. `stuck`: nobody looks any more. `garbage`: numbers that mean nothing.
  public var fault = Fault.ok
  private var newest: ComputerState?
  private var nextLookAt = Instant.zero
  private var random: SeededGenerator

  package init(seed: UInt64) { random = SeededGenerator(seed: seed, stream: "computer") }

  public func latest() -> ComputerState? { fault == .off ? nil : newest }

  /// Looks when a look is due.
  package func look(now: Instant) {
    guard now >= nextLookAt else { return }
    nextLookAt = now + Self.period
    guard fault != .off, fault != .stuck else { return }
    var state = condition
    if fault == .garbage {
      state.temperatureC = random.next() % 2 == 0 ? .nan : random.normal() * 1000
      state.freeDiskBytes = Int(truncatingIfNeeded: random.next())
      state.availableMemoryBytes = Int(truncatingIfNeeded: random.next())
    }
    state.at = now
    newest = state
  }
}
