// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

struct MPU6050DrainTests {
  /// PS-MPU-6000A table 6.1, LSB/(deg/s), and 6.2, LSB/g, of each range.
  static let scales: [(gyroDegS: Double, gyroLSB: Double, accelG: Double, accelLSB: Double)] = [
    (250, 131, 2, 16384), (500, 65.5, 4, 8192), (1000, 32.8, 8, 4096), (2000, 16.4, 16, 2048)
  ]

  @Test("Counts become SI by the datasheet's scale factors, in every range", arguments: 0..<4)
  func scales(index: Int) throws {
    let scale = Self.scales[index]
    let bench = try MPU6050Bench(gyroDegS: scale.gyroDegS, accelG: scale.accelG)
    try bench.start()
    bench.queue(accel: [16384, -8192, 1], gyro: [13100, -6550, 131])
    bench.edges.rise(atMs: 200)
    let sample = try #require(try bench.drained().first)
    let (g, degree) = (9.80665, Double.pi / 180)
    let accel = [sample.accelMS2.x, sample.accelMS2.y, sample.accelMS2.z].map {
      $0 / g * scale.accelLSB
    }
    let gyro = [sample.gyroRadS.x, sample.gyroRadS.y, sample.gyroRadS.z].map {
      $0 / degree * scale.gyroLSB
    }
    for (value, counts) in zip(accel, [16384.0, -8192, 1]) { #expect(abs(value - counts) < 1e-9) }
    // The datasheet rounds 32768 / range to three digits.
    for (value, counts) in zip(gyro, [13100.0, -6550, 131]) {
      #expect(abs(value - counts) <= 1.5e-3 * abs(counts))
    }
  }

  @Test("The extreme counts are the ends of the range")
  func extremes() throws {
    let bench = try MPU6050Bench(gyroDegS: 2000, accelG: 16)
    try bench.start()
    bench.queue(accel: [.max, .min, 0], gyro: [.min, .max, 0])
    bench.edges.rise(atMs: 200)
    let sample = try #require(try bench.drained().first)
    #expect(abs(sample.accelMS2.y + 16 * 9.80665) < 1e-9)
    #expect(abs(sample.gyroRadS.x + 2000 * .pi / 180) < 1e-9)
    #expect(sample.accelMS2.x > 15.99 * 9.80665 && sample.gyroRadS.y > 1999 * .pi / 180)
  }

  @Test("One look reads the count, then whole records in one burst")
  func oneBurst() throws {
    let bench = try MPU6050Bench()
    try bench.start()
    for i in 0..<3 { bench.queue(accel: [Int16(i), 0, 0], gyro: [0, 0, 0]) }
    bench.edges.rise(atMs: 200)
    #expect(try bench.drained().count == 3)
    #expect(bench.bus.trace == ["72>00 24", "74>36B"])
  }

  @Test("Nothing waiting costs one read; half a record stays in the chip")
  func partial() throws {
    let bench = try MPU6050Bench()
    try bench.start()
    #expect(try bench.drained().isEmpty)
    bench.queue(accel: [1, 1, 1], gyro: [1, 1, 1])
    bench.announce(17)
    #expect(try bench.drained().count == 1)
    #expect(bench.bus.trace == ["72>00 00", "72>00 11", "74>12B"])
  }

  @Test("A full FIFO comes in bursts below 256 bytes, in order")
  func manyBursts() throws {
    let bench = try MPU6050Bench()
    try bench.start()
    for i in 0..<50 { bench.queue(accel: [Int16(i), 0, 0], gyro: [0, 0, 0]) }
    bench.edges.rise(atMs: 500)
    let samples = try bench.drained()
    #expect(samples.map { Int(($0.accelMS2.x / 9.80665 * 16384).rounded()) } == Array(0..<50))
    #expect(bench.bus.trace == ["72>02 58", "74>252B", "74>252B", "74>96B"])
  }

  @Test("The newest sample is as old as the last edge, each earlier one a period older")
  func times() throws {
    let bench = try MPU6050Bench(rateHz: 200)
    try bench.start()
    for _ in 0..<4 { bench.queue(accel: [0, 0, 0], gyro: [0, 0, 0]) }
    for i in 0..<4 { bench.edges.rise(atMs: 200.25 + 5 * Double(i)) }
    bench.clock.now = Instant(nanoseconds: 219_000_000)
    #expect(
      try bench.drained().map(\.at.nanoseconds) == [
        200_250_000, 205_250_000, 210_250_000, 215_250_000
      ])
  }

  @Test("An overflow empties the FIFO, counts every sample it cost, and the next look is clean")
  func overflow() throws {
    let bench = try MPU6050Bench()
    try bench.start()
    for i in 0..<100 { bench.edges.rise(atMs: 5 * Double(i)) }
    bench.announce(1024)
    #expect(try bench.drained().isEmpty)
    #expect(bench.imu.lostSamples == 100)
    #expect(bench.bus.trace == ["72>04 00", "6A<04", "6A<40"])
    bench.queue(accel: [16384, 0, 0], gyro: [0, 0, 0])
    bench.edges.rise(atMs: 505)
    let samples = try bench.drained()
    #expect(samples.map(\.at.nanoseconds) == [505_000_000])
    #expect(bench.imu.lostSamples == 100)
  }

  @Test("Without edges an overflow counts what the FIFO held")
  func overflowWithoutEdges() throws {
    let bench = try MPU6050Bench()
    try bench.start()
    bench.announce(1024)
    #expect(try bench.drained().isEmpty)
    #expect(bench.imu.lostSamples == 85)
  }

  @Test("Samples handed over before an overflow are not lost")
  func overflowAfterDrain() throws {
    let bench = try MPU6050Bench()
    try bench.start()
    bench.queue(accel: [0, 0, 0], gyro: [0, 0, 0])
    bench.edges.rise(atMs: 0)
    #expect(try bench.drained().count == 1)
    for i in 1...90 { bench.edges.rise(atMs: 5 * Double(i)) }
    bench.announce(1024)
    #expect(try bench.drained().isEmpty)
    #expect(bench.imu.lostSamples == 90)
  }

  @Test("A failing bus and a failing line are told with their place")
  func failures() throws {
    let bench = try MPU6050Bench()
    try bench.start()
    bench.queue(accel: [0, 0, 0], gyro: [0, 0, 0])
    bench.bus.outcomes = [nil, .timedOut]
    let bus = thrown { try bench.drained() }
    #expect(
      bus
        == .bus(
          I2CError(bus: "i2c-1", address: 0x68, register: 0x74, reason: .timedOut), chip: "MPU-6050"
        ))
    bench.edges.error = LineError(line: "IMU_INT", errno: 5)
    let line = thrown { try bench.drained() }
    #expect(line == .line(LineError(line: "IMU_INT", errno: 5)))
    #expect(line?.description.contains("line IMU_INT") == true)
  }
}
