// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import FakeGPIOChip
import Glibc
import LinuxBuses
import MallocCount
import Quantities
import Testing

@Suite("Edges on Linux, through this build's libgpiod")
struct EdgeTests {
  @Test("Edges come in order with the kernel's times and numbers, and lost ones leave a gap")
  func edges() throws {
    let bench = GPIOBench()
    let line = try bench.hardware.edgeLine("GPIO3", .both)
    #expect(try line.nextEdge() == nil)
    umwelt_fake_gpio_edge(bench.chips[0], 3, 5_000_000_001, 1, 1)
    umwelt_fake_gpio_edge(bench.chips[0], 3, 5_002_000_000, 2, 0)
    umwelt_fake_gpio_edge(bench.chips[0], 3, 5_040_000_000, 20, 1)  // 17 were lost
    let expected = [
      Edge(at: Instant(nanoseconds: 5_000_000_001), sequence: 1, isRising: true),
      Edge(at: Instant(nanoseconds: 5_002_000_000), sequence: 2, isRising: false),
      Edge(at: Instant(nanoseconds: 5_040_000_000), sequence: 20, isRising: true)
    ]
    for edge in expected { #expect(try line.nextEdge() == edge) }
    #expect(try line.nextEdge() == nil)
  }

  @Test("More edges than one read takes all come")
  func many() throws {
    let bench = GPIOBench()
    let line = try bench.hardware.edgeLine("GPIO3", .rising)
    for i in 1...40 {
      umwelt_fake_gpio_edge(bench.chips[0], 3, Int64(i) * 2_000_000, UInt32(i), 1)
    }
    for i in 1...40 { #expect(try line.nextEdge()?.sequence == UInt32(i)) }
    #expect(try line.nextEdge() == nil)
  }

  @Test(
    "Only the edges that are wanted are asked for",
    arguments: [
      (EdgeKind.rising, 1), (.falling, 2), (.both, 3)
    ] as [(EdgeKind, UInt8)])
  func kinds(kind: EdgeKind, code: UInt8) throws {
    let bench = GPIOBench()
    let line = try bench.hardware.edgeLine("GPIO3", kind)
    #expect(bench.line(3).edges == code, "\(line.name)")
    #expect(bench.line(3).is_output == 0)
  }

  @Test("A chip that is gone is an error with the line's name")
  func broken() throws {
    let bench = GPIOBench()
    let line = try bench.hardware.edgeLine("GPIO3", .rising)
    umwelt_fake_gpio_break(bench.chips[0], 3)
    let error = thrown(LineError.self) { try line.nextEdge() }
    #expect(error == LineError(line: "GPIO3", errno: ECONNRESET))
  }

  @Test("Taking edges, setting and reading levels ask for no memory")
  func allocations() throws {
    guard umwelt_malloc_count_works() else { return }
    let bench = GPIOBench()
    let edges = try bench.hardware.edgeLine("GPIO3", .rising)
    let output = try bench.hardware.outputLine("GPIO4")
    let input = try bench.hardware.inputLine("GPIO2")
    for i in 1...20 { umwelt_fake_gpio_edge(bench.chips[0], 3, Int64(i), UInt32(i), 1) }
    #expect(try edges.nextEdge() != nil)
    try output.set(high: true)
    _ = try input.isHigh()
    umwelt_malloc_count_start()
    var count = 0
    while try edges.nextEdge() != nil { count += 1 }
    try output.set(high: false)
    _ = try input.isHigh()
    let counts = umwelt_malloc_count_stop()
    #expect(count == 19)
    #expect(counts.allocations == 0)
  }

  @Test("A bus whose SDA is held low is clocked until it is free, nine clocks at most")
  func clear() throws {
    let bench = GPIOBench()
    umwelt_fake_gpio_set_input(bench.chips[0], 2, 1)
    #expect(try bench.hardware.clearI2CBus(scl: "GPIO3", sda: "GPIO2"))
    #expect(bench.line(3).is_open_drain == 1)
    umwelt_fake_gpio_set_input(bench.chips[0], 2, 0)
    #expect(try !bench.hardware.clearI2CBus(scl: "GPIO3", sda: "GPIO2"))
    #expect(bench.line(3).level == 1, "SCL is released in the end")
  }

  @Test("Lines that a controller holds are not clocked")
  func clearHeld() {
    let bench = GPIOBench()
    umwelt_fake_gpio_hold(bench.chips[0], 3, "i2c1")
    let error = thrown(HardwareError.self) {
      try bench.hardware.clearI2CBus(scl: "GPIO3", sda: "GPIO2")
    }
    #expect(error?.reason?.contains("held by i2c1") == true)
  }
}
