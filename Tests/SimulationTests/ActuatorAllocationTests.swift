// SPDX-License-Identifier: Apache-2.0
import Devices
import MallocCount
import Quantities
import Simulation
import Testing

#if DEBUG
  private let isOptimised = false  // a debug build allocates where an optimised one does not
#else
  private let isOptimised = true
#endif

/// What moves and what counts allocates nothing in a tick (DESIGN, rule 6): counted at malloc.
@Suite(.enabled(if: isOptimised && umwelt_malloc_count_works()))
struct ActuatorAllocationTests {
  private func allocations(_ work: () throws -> Void) rethrows -> Int64 {
    umwelt_malloc_count_start()
    defer { _ = umwelt_malloc_count_stop() }
    try work()
    return umwelt_malloc_count_stop().allocations
  }

  @Test("A settled tick of bridge, servo, ESC and relay allocates nothing, read-back included")
  func actuators() throws {
    let bench = try ActuatorBench()
    try bench.group.start(clock: bench.clock)
    for _ in 0..<100 { try bench.tick([0.3, -0.2, 0.5, 0.4, 1, 0, 0, 0]) }
    let count = try allocations {
      for tick in 0..<100 {
        let value = 0.3 + 0.001 * Double(tick)
        try bench.tick([value, -value, value, value, 1, 0, 0, 0])
      }
    }
    #expect(count == 0)
  }

  @Test("A look at an encoder allocates nothing")
  func encoder() throws {
    let shaft = FakeEncoder(a: "A", b: "B", countsPerTurn: 100)
    let encoder = QuadratureEncoder(
      a: shaft.a, b: shaft.b, settings: QuadratureEncoder.Settings(countsPerTurn: 100))
    func look(_ ticks: Range<Int64>) throws {
      for tick in ticks {
        shaft.turn(toRad: 0.1 * Double(tick), at: Instant(ms: 4 * tick))
        try encoder.update(now: Instant(ms: 4 * tick))
      }
    }
    try look(1..<100)
    #expect(try allocations { try look(100..<200) } == 0)
    #expect(encoder.counts > 250)
  }
}
