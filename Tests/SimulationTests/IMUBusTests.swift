// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Simulation
import Testing

/// A fake IMU and its real driver on a 400 kHz bus, where time passes while bytes are sent and
/// samples come when they are due, be a transfer under way or not.
final class WiredIMU: EdgeLine, Clock {
  let name = "IMU_INT"
  let bus = FakeI2CBus(name: "i2c-1")
  let chip: any FakeIMU
  let traits: InertialTraits
  private(set) var driver: (any InertialSensor)?
  private(set) var now = Instant.zero
  private let line = FakeEdgeLine(name: "IMU_INT")
  private var cyclesSeen = 0
  private var nextSampleAt = Instant.zero
  private(set) var isSampling = false
  /// Number and time of each sample since `begin`, which the data themselves tell too.
  private(set) var taken: [Instant] = []
  private let countMS2: Double
  private let period: Interval

  /// At the rate nearest to 500 Hz, so that a count of the accelerometer is a sample's number.
  init(_ chip: InertialChip) throws {
    traits = chip.traits
    let edges = line
    self.chip = try #require(
      FakeIMUs.make(chip.rawValue, seed: nil, onDataReady: { edges.rise(at: $0) }))
    let rateHz: Double
    switch traits.rates {
    case .divided(let baseHz, _): rateHz = baseHz / 2
    case .listed(let rates):
      rateHz = rates.min { abs($0 - 500) < abs($1 - 500) } ?? 0
    }
    period = Interval(seconds: 1 / rateHz)
    let range = traits.accelRangesG[0] * 9.80665
    // The ST chip's converter has 0.061 mg for its smallest range, not 2 g / 32768.
    countMS2 = chip == .lsm6dsox ? 61e-6 * 9.80665 : range / 32768
    let address = try #require(traits.addresses.first)
    bus.attach(self.chip, at: address)
    if let compass = self.chip.magnetometer { bus.attach(compass, at: 0x0C) }
    bus.refuse { [unowned self] _ in
      catchUp()
      return nil
    }
    driver = try chip.driver(
      device: I2CDevice(bus: bus, address: address), dataReady: self,
      settings: InertialSettings(
        rateHz: rateHz, gyroRangeRadS: traits.gyroRangesDegS[0] * .pi / 180, accelRangeMS2: range,
        filterHz: traits.filtersHz(atRateHz: rateHz)[0]),
      firmware: Firmware.bmi270)
  }

  func begin() throws {
    try #require(driver).start(clock: self)
    (isSampling, nextSampleAt) = (true, now + period)
  }

  /// The chip's samples up to now, which the bus's traffic moves on.
  private func catchUp() {
    let passed = bus.cycles - cyclesSeen
    cyclesSeen = bus.cycles
    sleep(until: now + Interval(seconds: Double(passed) / bus.speedHz))
  }

  func sleep(until deadline: Instant) {
    while isSampling, nextSampleAt <= deadline {
      chip.magnetometer?.feel(Motion.earthFieldT, now: nextSampleAt)
      let number = Double(taken.count % 30_000)
      chip.sample(
        Motion(
          angularRateRadS: .zero, specificForceMS2: Vector3(countMS2 * number, 0, 9.80665)),
        at: nextSampleAt)
      taken.append(nextSampleAt)
      nextSampleAt = nextSampleAt + period
    }
    now = max(now, deadline)
  }

  /// A system call: a few microseconds go by.
  func nextEdge() throws(LineError) -> Edge? {
    sleep(until: now + Interval(nanoseconds: 5_000))
    return try line.nextEdge()
  }

  /// Which sample it is, by its data.
  func number(_ sample: InertialSample) -> Int { Int((sample.accelMS2.x / countMS2).rounded()) }
}

/// A file that the fake BMI270 takes.
enum Firmware {
  static let bmi270 = FirmwareFile(
    path: "bmi270.bin", bytes: [0xC8, 0x2E] + [UInt8](repeating: 0x5A, count: 8190))
}

@Suite("Near 500 Hz on a 400 kHz bus")
struct IMUBusTests {
  static let chips = InertialChip.allCases.filter { $0 != .bno055 }  // which gives 100 Hz

  /// Looks at random moments, 10 ms apart on average.
  private func run(
    _ wired: WiredIMU, minutes: Double, seed: UInt64, each: (InertialSample) -> Void
  ) throws -> Double {
    try wired.begin()
    var random = SeededGenerator(seed: seed, stream: "looks")
    let (start, busyS) = (wired.now, wired.bus.busyS)
    let end = start + Interval(seconds: 60 * minutes)
    let driver = try #require(wired.driver)
    while wired.now < end {
      wired.sleep(until: wired.now + Interval(seconds: random.uniform(0.001...0.019)))
      try driver.drain(each)
    }
    try driver.drain(each)
    return (wired.bus.busyS - busyS) / (wired.now - start).seconds
  }

  @Test(
    "ten minutes take at most a quarter of the bus, and no sample is lost or timed twice",
    arguments: chips)
  func tenMinutes(chip: InertialChip) throws {
    let wired = try WiredIMU(chip)
    var (count, strangers, mistimed) = (0, 0, 0)
    let share = try run(wired, minutes: 10, seed: 500) { sample in
      if wired.number(sample) != count % 30_000 { strangers += 1 }
      if sample.at != wired.taken[count] { mistimed += 1 }
      count += 1
    }
    let driver = try #require(wired.driver)
    #expect(driver.lostSamples == 0 && strangers == 0 && mistimed == 0)
    // What came during the last look waits for the next.
    #expect(count >= 240_000 && wired.taken.count - count <= 3)
    #expect(share <= 0.25)
    let percent = (share * 1000).rounded() / 10
    print("\(traitsLine(wired, driver)): \(percent) % of a 400 kHz bus, \(count) samples")
  }

  private func traitsLine(_ wired: WiredIMU, _ driver: any InertialSensor) -> String {
    "\(wired.traits.name) at \((driver.sampleRateHz * 10).rounded() / 10) Hz"
  }

  @Test("the BNO055, which gives 100 Hz, takes far less")
  func bno055() throws {
    let bus = FakeI2CBus(name: "i2c-1")
    let chip = FakeBNO055(seed: 1)
    bus.attach(chip, at: 0x28)
    let clock = FeltClock(chip)
    let driver = try InertialChip.bno055.driver(
      device: I2CDevice(bus: bus, address: 0x28), dataReady: nil,
      settings: InertialSettings(
        rateHz: 100, gyroRangeRadS: 500 * .pi / 180, accelRangeMS2: 4 * 9.80665, filterHz: 47))
    try driver.start(clock: clock)
    let (start, busyS) = (clock.now, bus.busyS)
    var times: [Instant] = []
    for _ in 0..<60_000 {
      clock.sleep(until: clock.now + Interval(nanoseconds: 10_000_000))
      try driver.drain { times.append($0.at) }
    }
    let share = (bus.busyS - busyS) / (clock.now - start).seconds
    // Equal to the one before by chance, a sample is not told from an old one.
    #expect((59_980...60_000).contains(times.count) && driver.lostSamples == 0)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    #expect(share <= 0.25)
    print("BNO055 at 100 Hz: \((share * 1000).rounded() / 10) % of a 400 kHz bus")
  }

  @Test("a look that comes too late finds an overflow, counts it, and goes on", arguments: chips)
  func overflow(chip: InertialChip) throws {
    let wired = try WiredIMU(chip)
    try wired.begin()
    let driver = try #require(wired.driver)
    wired.sleep(until: wired.now + Interval(seconds: 1))
    var samples: [InertialSample] = []
    try driver.drain { samples.append($0) }
    #expect(samples.isEmpty)
    let lost = wired.taken.count
    #expect(abs(driver.lostSamples - lost) <= 1)
    wired.sleep(until: wired.now + Interval(seconds: 0.02))
    try driver.drain { samples.append($0) }
    #expect(samples.count >= 7)
    for sample in samples { #expect(wired.taken[wired.number(sample)] == sample.at) }
    #expect(driver.lostSamples + samples.count >= wired.taken.count - 2)
    #expect(driver.lostSamples + samples.count <= wired.taken.count + 1)
  }
}

/// A clock whose passing a chip at rest feels.
final class FeltClock: Clock {
  private(set) var now = Instant.zero
  private let chip: any FakeIMU

  init(_ chip: any FakeIMU) { self.chip = chip }

  func sleep(until deadline: Instant) {
    while now < deadline {
      now = min(deadline, now + Interval(nanoseconds: 1_000_000))
      chip.feel(.rest, dtS: 0.001, now: now)
    }
  }
}
