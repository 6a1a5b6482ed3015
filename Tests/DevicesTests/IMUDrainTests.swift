// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

@Suite("Every IMU with a FIFO, when it is drained,")
struct IMUDrainTests {
  @Test("turns counts into SI by the datasheet's scale", arguments: IMUCase.all)
  func scale(one: IMUCase) throws {
    let bench = try IMUBench(one)
    try bench.start()
    bench.queue(accel: [8192, -4096, 1], gyro: [6550, -3275, 131])
    bench.edges.rise(atMs: 200)
    let sample = try #require(try bench.drained().first)
    for (value, counts) in zip(axes(sample.accelMS2), [8192.0, -4096, 1]) {
      #expect(abs(value / 9.80665 * one.lsbPerG - counts) <= 1.5e-3 * abs(counts))
    }
    for (value, counts) in zip(axes(sample.gyroRadS), [6550.0, -3275, 131]) {
      #expect(abs(value * 180 / .pi * one.lsbPerDegS - counts) <= 1.5e-3 * abs(counts))
    }
  }

  @Test("gives the sample values of ST's application notes (AN4650 table 20, same sensitivities)")
  func sampleValues() throws {
    var settings = IMUCase.lsm6dsox.settings
    (settings.accelRangeMS2, settings.gyroRangeRadS) = (2 * 9.80665, 250 * .pi / 180)
    let bench = try IMUBench(.lsm6dsox, settings: settings)
    try bench.start()
    // 350 mg, 1 g, -1 g; 100, 200 and -200 deg/s.
    bench.queue(accel: [0x1669, 0x4009, -0x4009], gyro: [0x2CA4, 0x5949, -0x5949])
    bench.edges.rise(atMs: 200)
    let sample = try #require(try bench.drained().first)
    for (value, g) in zip(axes(sample.accelMS2), [0.35, 1, -1]) {
      #expect(abs(value / 9.80665 - g) < 1e-3)
    }
    for (value, degS) in zip(axes(sample.gyroRadS), [100.0, 200, -200]) {
      #expect(abs(value * 180 / .pi - degS) < 0.02)
    }
  }

  @Test("passes on saturated samples as they are", arguments: IMUCase.all)
  func saturated(one: IMUCase) throws {
    let bench = try IMUBench(one)
    try bench.start()
    bench.queue(accel: [.max, .min, 0], gyro: [.min, .max, 0])
    bench.edges.rise(atMs: 200)
    let sample = try #require(try bench.drained().first)
    #expect(abs(sample.accelMS2.y / 9.80665 * one.lsbPerG + 32768) < 50)
    #expect(abs(sample.gyroRadS.x * 180 / .pi * one.lsbPerDegS + 32768) < 50)
    // Range, of the ST chip 32768 x 17.5 mdps = 573 deg/s: what ImuHealth holds for saturated.
    #expect(abs(sample.gyroRadS.y) >= 0.999 * 500 * .pi / 180)
    #expect(bench.imu.lostSamples == 0)
  }

  @Test("repeats a stuck sample, so that those who watch see it", arguments: IMUCase.all)
  func stuck(one: IMUCase) throws {
    let bench = try IMUBench(one)
    try bench.start()
    for i in 0..<5 {
      bench.queue(accel: [1, 2, 3], gyro: [4, 5, 6])
      bench.edges.rise(atMs: 200 + 2 * Double(i))
    }
    let samples = try bench.drained()
    #expect(samples.count == 5 && Set(samples.map(\.gyroRadS)).count == 1)
  }

  @Test("hands over everything in order, in bursts below 256 bytes", arguments: IMUCase.all)
  func order(one: IMUCase) throws {
    let bench = try IMUBench(one)
    try bench.start()
    for i in 0..<40 {
      bench.queue(accel: [Int16(i), 0, 0])
      bench.edges.rise(atMs: 200 + 2 * Double(i))
    }
    let (records, size) = (255 / one.recordBytes, one.recordBytes)
    let samples = try bench.drained()
    #expect(
      samples.map { Int(($0.accelMS2.x / 9.80665 * one.lsbPerG).rounded()) } == Array(0..<40))
    let place = twoDigits(one.fifoRegister)
    let bursts = bench.bus.trace.filter { $0.hasPrefix("\(place)>") && $0.hasSuffix("B") }
    #expect(bursts.dropLast().allSatisfy { $0 == "\(place)>\(records * size)B" })
    #expect(bursts.count == 40 / records + 1)
    #expect(bursts.last == "\(place)>\(40 % records * size)B")
    #expect(try bench.drained().isEmpty)
    #expect(bench.imu.lostSamples == 0)
  }

  @Test("dates each sample by its own edge", arguments: IMUCase.all)
  func times(one: IMUCase) throws {
    let bench = try IMUBench(one)
    try bench.start()
    let edgesMs = [200.0, 202.1, 203.9, 206.25]
    for at in edgesMs {
      bench.queue()
      bench.edges.rise(atMs: at)
    }
    #expect(try bench.drained().map(\.at.nanoseconds) == edgesMs.map { Int64($0 * 1e6) })
  }

  @Test("empties a full FIFO, counts what it cost, and starts clean", arguments: IMUCase.all)
  func overflow(one: IMUCase) throws {
    let bench = try IMUBench(one)
    try bench.start()
    bench.announce(one.full.registers)
    #expect(try bench.drained().isEmpty)
    #expect(bench.imu.lostSamples == one.full.records)
    #expect(bench.bus.trace.dropFirst() == one.restart[...])
    for i in 0..<300 { bench.edges.rise(atMs: 200 + Double(i)) }
    bench.announce(one.full.registers)
    #expect(try bench.drained().isEmpty)
    #expect(bench.imu.lostSamples == one.full.records + 300)
    bench.queue(accel: [7, 0, 0])
    bench.edges.rise(atMs: 505)
    #expect(try bench.drained().map(\.at.nanoseconds) == [505_000_000])
    #expect(bench.imu.lostSamples == one.full.records + 300)
  }

  @Test("starts clean after a burst that failed halfway", arguments: IMUCase.all)
  func torn(one: IMUCase) throws {
    for reason in IMUStartTests.reasons {
      let bench = try IMUBench(one)
      try bench.start()
      for i in 0..<3 {
        bench.queue()
        bench.edges.rise(atMs: 200 + 2 * Double(i))
      }
      bench.bus.outcomes = [nil, reason]
      let error = thrown { try bench.drained() }
      #expect(
        error
          == .bus(
            I2CError(
              bus: "i2c-1", address: one.address, register: UInt16(one.fifoRegister),
              reason: reason),
            chip: one.name))
      bench.bus.forget()
      #expect(try bench.drained().isEmpty)
      #expect(bench.bus.trace.suffix(one.restart.count) == one.restart[...])
      #expect(bench.imu.lostSamples == 3)
      bench.bus.fifo = []
      bench.queue()
      bench.edges.rise(atMs: 210)
      #expect(try bench.drained().map(\.at.nanoseconds) == [210_000_000])
    }
  }

  @Test("tells of a count that cannot be read and of a line that fails", arguments: IMUCase.all)
  func failures(one: IMUCase) throws {
    let bench = try IMUBench(one)
    try bench.start()
    bench.bus.outcomes = [.timedOut]
    let bus = thrown { try bench.drained() }
    guard case .bus(let error, one.name) = bus else {
      Issue.record("\(String(describing: bus))")
      return
    }
    #expect(error.register == UInt16(one.countRegister) && error.reason == .timedOut)
    bench.edges.error = LineError(line: "IMU_INT", errno: 5)
    #expect(thrown { try bench.drained() } == .line(LineError(line: "IMU_INT", errno: 5)))
    bench.edges.error = nil
    bench.queue()
    bench.edges.rise(atMs: 300)
    #expect(try bench.drained().count == 1)
  }

  @Test(
    "refuses bytes that are no sample and starts clean",
    arguments: [IMUCase.icm42688p, .lsm6dsox])
  func notASample(one: IMUCase) throws {
    let bench = try IMUBench(one)
    try bench.start()
    bench.queue()
    bench.queue()
    bench.bus.fifo[one.recordBytes] ^= 0x80  // the second header or tag
    for i in 0..<2 { bench.edges.rise(atMs: 200 + 2 * Double(i)) }
    var handed = 0
    let error = thrown { try bench.imu.drain { _ in handed += 1 } }
    guard case .badData(one.name, "i2c-1", one.address, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(handed == 1 && error?.description.contains("something but samples") == true)
    bench.bus.fifo = []
    bench.announce(0)
    bench.bus.forget()
    #expect(try bench.drained().isEmpty)
    #expect(bench.bus.trace.suffix(one.restart.count) == one.restart[...])
    #expect(bench.imu.lostSamples == 1)
  }

  @Test("tells its temperature as the datasheet does", arguments: IMUCase.all)
  func temperature(one: IMUCase) throws {
    let bench = try IMUBench(one)
    try bench.start()
    let at = Int(one.temperature.register)
    (bench.bus.registers[at], bench.bus.registers[at + 1]) = one.temperature.bytes
    #expect(abs(try bench.imu.temperatureC() - one.temperature.celsius) < 1e-9)
    bench.bus.lasting = .noAcknowledge
    guard case .bus = thrown({ try bench.imu.temperatureC() }) else {
      Issue.record("a silent chip has no temperature")
      return
    }
  }

  private func axes(_ v: Vector3) -> [Double] { [v.x, v.y, v.z] }
}
