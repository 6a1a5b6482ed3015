// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

/// Samples and edges that do not come at once, on the MPU-6050 at 500 Hz: 2 ms a sample.
@Suite("Sample times")
struct SampleDatingTests {
  /// A chip that samples on its own, at moments of the test's choice.
  final class Sampler {
    let bench: IMUBench
    private(set) var taken = 0
    private(set) var times: [Int64] = []
    private(set) var numbers: [Int] = []

    init() throws {
      bench = try IMUBench(IMUCase.mpuFamily[0])
      try bench.start()
    }

    static func atMs(_ number: Int) -> Double { 200 + 2 * Double(number) }

    func sample(withEdge: Bool = true) {
      taken += 1
      bench.queue(accel: [Int16(taken), 0, 0])
      if withEdge { bench.edges.rise(atMs: Self.atMs(taken)) }
    }

    func drain() throws {
      try bench.imu.drain {
        times.append($0.at.nanoseconds)
        numbers.append(Int(($0.accelMS2.x / 9.80665 * 8192).rounded()))
      }
      bench.announce(bench.bus.fifo.count / 12)
    }

    /// The moments at which these samples were truly taken.
    func truth(_ numbers: ClosedRange<Int>) -> [Int64] {
      numbers.map { Int64(Self.atMs($0) * 1e6) }
    }
  }

  @Test(
    "stay right when a sample comes between the looks at edges and count",
    arguments: [UInt8(0x72), 0x74])
  func between(register: UInt8) throws {
    let chip = try Sampler()
    // Before the count: 0x72 is about to be read. Before the burst: it was read already.
    var isDue = false
    chip.bench.bus.before = {
      guard isDue, $0 == register else { return }
      isDue = false
      chip.sample()
    }
    for look in 0..<50 {
      chip.sample()
      chip.sample()
      isDue = look % 3 != 0
      try chip.drain()
    }
    chip.bench.bus.before = { _ in }
    try chip.drain()
    #expect(chip.numbers == Array(1...chip.taken))
    #expect(chip.times == chip.truth(1...chip.taken))
    #expect(chip.bench.imu.lostSamples == 0)
  }

  @Test("are right again two looks after an edge that nobody saw, and never repeat")
  func missedEdge() throws {
    let chip = try Sampler()
    for number in 1...20 {
      chip.sample(withEdge: number != 10)
      try chip.drain()
    }
    #expect(chip.numbers == Array(1...20))
    #expect(chip.times.prefix(9) == chip.truth(1...9)[...])
    #expect(chip.times[9] == chip.truth(10...10)[0], "from the edge before and the period")
    #expect(chip.times.suffix(8) == chip.truth(13...20)[...])
    #expect(zip(chip.times, chip.times.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test("are right again two looks after an edge that was none, and never repeat")
  func spuriousEdge() throws {
    let chip = try Sampler()
    for number in 1...20 {
      chip.sample()
      if number == 10 { chip.bench.edges.rise(atMs: Sampler.atMs(10) + 0.5) }
      try chip.drain()
    }
    #expect(chip.numbers == Array(1...20))
    #expect(chip.times.suffix(8) == chip.truth(13...20)[...])
    #expect(zip(chip.times, chip.times.dropFirst()).allSatisfy { $0 < $1 })
    #expect(chip.bench.imu.lostSamples == 0)
  }

  @Test(
    "of samples whose edges the kernel dropped come from the next edge and the period",
    arguments: [14, 20])  // 16 of 30 stay with gpiolib, on a busy line fewer
  func droppedEdges(dropped: Int) throws {
    let chip = try Sampler()
    chip.sample()
    try chip.drain()
    for _ in 0..<30 { chip.sample() }
    chip.bench.edges.queue.removeFirst(dropped)
    try chip.drain()
    #expect(chip.numbers == Array(1...31))
    #expect(chip.times == chip.truth(1...31))
  }

  @Test("of the ICM-42688-P then come from its own timestamps, which count 30 in 32 us")
  func chipTimestamps() throws {
    let bench = try IMUBench(.icm42688p)
    try bench.start()
    bench.queue()
    bench.edges.rise(atMs: 200)
    #expect(try bench.drained().map(\.at.nanoseconds) == [200_000_000])
    for i in 1...30 {
      bench.queue()
      bench.edges.rise(atMs: 200 + 2.1 * Double(i))  // its timestamps say 2.0
    }
    bench.edges.queue.removeFirst(14)
    let times = try bench.drained().map(\.at.nanoseconds)
    #expect(times.prefix(14) == (1...14).map { 200_000_000 + Int64($0) * 2_000_000 }[...])
    #expect(times.suffix(16) == (15...30).map { Int64((200 + 2.1 * Double($0)) * 1e6) }[...])
  }

  @Test("grow old without edges, so that the gate stops the robot")
  func noEdges() throws {
    let chip = try Sampler()
    let startedAt = chip.bench.clock.now
    for _ in 0..<100 {
      chip.sample(withEdge: false)
      try chip.drain()
    }
    let newest = Instant(nanoseconds: try #require(chip.times.last))
    #expect(chip.times.count == 100 && (newest - startedAt).seconds < 0.005)
    #expect(zip(chip.times, chip.times.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test("survive the edge counter's end")
  func wrap() throws {
    let chip = try Sampler()
    chip.bench.edges.lose(.max - 5)
    for _ in 0..<20 {
      chip.sample()
      try chip.drain()
    }
    #expect(chip.times == chip.truth(1...20))
  }
}
