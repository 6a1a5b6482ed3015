// SPDX-License-Identifier: Apache-2.0
import Board
import LoopFixtures
import Quantities
import Simulation
import Testing

/// What the senses cost on a bus of 400 kHz, where everything of the full rover hangs.
@Suite("Bus time")
struct SensorBusTests {
  /// Busy seconds a second while driving, and the busiest tick, of the full rover with only some
  /// of its chips.
  private func busy(
    _ change: (inout BoardDescription) -> Void
  ) throws -> (share: Double, tickS: Double) {
    let rig = try Rig(.full, mind: BusyMind(.full), change: change)
    try rig.go()
    rig.run(2)
    let bus = try #require(try rig.machine.i2cBus("i2c-1") as? FakeI2CBus)
    let (begin, beginS) = (rig.now, bus.busyS)
    var (before, worst) = (bus.busyS, 0.0)
    rig.run(10) {
      worst = max(worst, bus.busyS - before)
      before = bus.busyS
    }
    return ((bus.busyS - beginS) / (rig.now - begin).seconds, worst)
  }

  @Test("of each sense is a few hundredths of a second a second, of all less than half a tick's")
  func shares() throws {
    let none = try busy { ($0.power, $0.grids) = ([], []) }
    func extra(_ change: (inout BoardDescription) -> Void) throws -> Double {
      try busy(change).share - none.share
    }
    let power = try extra { $0.grids = [] }
    let distance = try extra {
      $0.power = []
      $0.grids.removeAll { $0.name != "distance" }
    }
    let heat = try extra {
      $0.power = []
      $0.grids.removeAll { $0.name != "heat" }
    }
    let all = try busy { _ in }
    // 20 looks of five words, 0.12 ms each.
    #expect(power < 0.013, "\(power)")
    // 15 pictures of some 100 bytes, and the looks that come too early.
    #expect(distance < 0.045, "\(distance)")
    // 10 pictures of 128 bytes.
    #expect(heat < 0.032, "\(heat)")
    // The gate's period is 10 ms.
    #expect(all.share < 0.4 && all.tickS < 0.5 / 100, "\(all)")
  }
}
