// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Safety
import Simulation
import Testing

/// Wheels, supply and grids of the simulated machine, as real drivers see them.
@Suite("A simulated rover with everything on it")
struct FullRoverTests {
  let rover = FullRover()

  /// Full power on both wheels, written into the chips by hand.
  private func drive(_ direction: Double = 1) throws {
    let pwm = I2CDevice(bus: try rover.machine.i2cBus("i2c-1"), address: 0x40)
    try pwm.write(0x21, to: 0x00)  // awake, auto-increment
    let isForward = direction > 0
    // pwm, in1, in2 of the left motor, then of the right, which is wired the other way round.
    let full = [true, isForward, !isForward, true, !isForward, isForward]
    for (channel, isFull) in full.enumerated() {
      try pwm.write([0, isFull ? 0x10 : 0, 0, isFull ? 0 : 0x10, 0, 0, 0, 0], count: 4,
        to: UInt8(6 + 4 * channel))
    }
    try rover.machine.outputLine("MOTOR_STBY").set(high: true)
  }

  private func encoder(_ side: String, isInverted: Bool) throws -> QuadratureEncoder {
    QuadratureEncoder(
      a: try rover.machine.edgeLine("\(side)_A", .both),
      b: try rover.machine.edgeLine("\(side)_B", .both),
      settings: .init(countsPerTurn: 576, isInverted: isInverted))
  }

  @Test("its encoders tell how fast its wheels turn, one of them wired the other way round")
  func encoders() throws {
    let (left, right) = (
      try encoder("LEFT", isInverted: false), try encoder("RIGHT", isInverted: true)
    )
    try drive()
    for _ in 0..<100 {
      rover.wait(0.01)
      try left.update(now: rover.machine.clock.now)
      try right.update(now: rover.machine.clock.now)
    }
    for (wheel, truth) in [(left, rover.world.wheelMS.x), (right, rover.world.wheelMS.y)] {
      #expect(abs(wheel.speedRadS * 0.0325 - truth) < 0.03 && truth > 0.4)
      #expect(wheel.lostEdges == 0)
    }
  }

  @Test("its encoders' faults: no edges, exchanged lines, lost edges, noise")
  func encoderFaults() throws {
    func counted(_ fault: Fault) throws -> (counts: Int, lost: Int) {
      let left = try encoder("LEFT", isInverted: false)
      try rover.machine.inject(.ok, into: .encoders)
      try drive()
      rover.wait(0.5)
      do throws(DeviceError) { try left.update(now: rover.machine.clock.now) } catch {}
      try rover.machine.inject(fault, into: .encoders)
      let (before, lostBefore) = (left.counts, left.lostEdges)
      for _ in 0..<50 {
        rover.wait(0.01)
        do throws(DeviceError) { try left.update(now: rover.machine.clock.now) } catch {
          guard case .edges = error else { throw error }
        }
      }
      return (left.counts - before, left.lostEdges - lostBefore)
    }
    #expect(abs(try counted(.off).counts) < 4, "what was under way")
    #expect(try counted(.wrong).counts < -300)
    #expect(try counted(.intermittent).lost > 50)
    #expect(try counted(.garbage).lost > 500)
  }

  @Test("blocked wheels stand still at full power, loose ones get none, exchanged ones go back")
  func wheels() throws {
    try drive()
    rover.wait(1)
    #expect(rover.world.wheelMS.x > 0.4)
    try rover.machine.inject(.stuck, into: .wheels)
    rover.wait(0.01)
    #expect(rover.world.wheelMS == .zero && rover.machine.drives == (.driven(1), .driven(1)))
    try rover.machine.inject(.wrong, into: .wheels)
    rover.wait(1)
    #expect(rover.world.wheelMS.x < -0.4)
    try rover.machine.inject(.off, into: .wheels)
    rover.wait(3)
    #expect(abs(rover.world.wheelMS.x) < 0.01)
  }

  private func settled(_ monitor: any PowerMonitor) throws -> PowerReading {
    var last: PowerReading?
    for _ in 0..<30 {
      rover.wait(0.02)
      last = try monitor.latest() ?? last
    }
    return try #require(last)
  }

  @Test("its monitors see a battery that sags under what its motors draw")
  func supply() throws {
    let bus = try rover.machine.i2cBus("i2c-1")
    let ina = try PowerChip.ina219.driver(
      device: I2CDevice(bus: bus, address: 0x41),
      settings: .shunt(ShuntSettings(shuntOhm: 0.05, maxCurrentA: 6, maxVoltageV: 16)))
    let ads = try PowerChip.ads1115.driver(
      device: I2CDevice(bus: bus, address: 0x48),
      settings: .divider(
        DividerSettings(input: .a2, upperOhm: 30_000, lowerOhm: 10_000, maxVoltageV: 16)))
    try ina.start(clock: rover.machine.clock)
    try ads.start(clock: rover.machine.clock)
    func both() throws -> (volts: Double, amperes: Double) {
      let (one, other) = (try settled(ina), try settled(ads))
      let (volts, divided) = (one.busVoltageV ?? 0, other.busVoltageV ?? 0)
      #expect(abs(volts - divided) < 0.03, "\(volts) V, \(divided) V")
      return (volts, one.currentA ?? 0)
    }
    let resting = try both()
    // 0.2 A of a computer through 0.1 Ohm.
    #expect(abs(resting.volts - 7.78) < 0.01 && abs(resting.amperes - 0.2) < 0.01)
    try drive()
    try rover.machine.inject(.stuck, into: .wheels)
    let stalled = try both()
    #expect(abs(stalled.amperes - 3.2) < 0.05 && abs(stalled.volts - 7.48) < 0.02)
    try rover.machine.inject(.ok, into: .wheels)
    let driving = try both()
    #expect(driving.amperes > 0.2 && driving.amperes < 0.6, "the wheels' own generators help")
    try rover.machine.inject(.off, into: .supply)
    #expect(try both().volts < 5.6)
    try rover.machine.inject(.wrong, into: .supply)
    #expect(try settled(ina).currentA == nil, "more than it can measure")
  }

  @Test("its distance grid sees the walls where they are, its thermal one a warm spot")
  func grids() throws {
    let bus = try rover.machine.i2cBus("i2c-1")
    let thermal = try GridChip.amg8833.driver(
      device: I2CDevice(bus: bus, address: 0x69),
      settings: GridSettings(rows: 8, columns: 8, rateHz: 10))
    try thermal.start(clock: rover.machine.clock)
    var heat = thermal.emptyGrid()
    rover.wait(0.5)
    #expect(try thermal.latest(into: &heat))
    let hottest = heat.values.indices.max { heat.values[$0] < heat.values[$1] }
    #expect(hottest == 3 * 8 + 4)
    #expect(heat.values[0] < 23 && heat.values[28] > 30)
    // A ray straight on meets what the room's own geometry says.
    let ahead = try #require(rover.world.distanceM(bearingRad: 0))
    let left = try #require(rover.world.distanceM(bearingRad: 0.3))
    #expect(ahead > 0 && left > 0 && ahead != left)
  }
}
