// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Simulation
import Testing

/// A rover with everything that can be wired to the simulated machine.
struct FullRover {
  static var wiring: MachineWiring {
    var wiring = Rover.wiring
    wiring.monitors = [
      .init(chip: "ina219", bus: "i2c-1", address: 0x41, input: .shunt(ohm: 0.05)),
      .init(chip: "ads1115", bus: "i2c-1", address: 0x48, input: .divider(channel: 2, ratio: 4))
    ]
    wiring.encoders = [
      .init(
        wheel: 0, a: "LEFT_A", b: "LEFT_B", countsPerTurn: 576, wheelDiameterM: 0.065,
        isInverted: false),
      .init(
        wheel: 1, a: "RIGHT_A", b: "RIGHT_B", countsPerTurn: 576, wheelDiameterM: 0.065,
        isInverted: true)
    ]
    wiring.grids = [
      .init(chip: "amg8833", bus: "i2c-1", address: 0x69),
      .init(chip: "vl53l5cx", bus: "i2c-1", address: 0x29)
    ]
    wiring.stopLine = "E_STOP"
    wiring.strobeLine = "CAM_STROBE"
    return wiring
  }

  let machine: SimulatedMachine
  let world = RoverWorld(room: Room(seed: 7), start: RoverTests.start, seed: 1)

  init(_ change: (inout MachineWiring) -> Void = { _ in }) {
    var wiring = Self.wiring
    change(&wiring)
    machine = SimulatedMachine(world: world, wiring: wiring, seed: 1, pace: .lockstep)
  }

  func wait(_ seconds: Double) {
    machine.clock.sleep(until: machine.clock.now + Interval(seconds: seconds))
  }

  func read(_ address: UInt8, _ register: UInt8, on bus: String = "i2c-1") throws -> UInt8 {
    try I2CDevice(bus: try machine.i2cBus(bus), address: address).read(register)
  }

  /// How many of this many reads fail, and how long they all take, in seconds.
  func failures(of count: Int, at address: UInt8) -> (count: Int, seconds: Double) {
    let begin = machine.clock.now
    var failed = 0
    for _ in 0..<count { do { _ = try read(address, 0x75) } catch { failed += 1 } }
    return (failed, (machine.clock.now - begin).seconds)
  }
}

@Suite("A fault that is injected")
struct InjectionTests {
  typealias Part = SimulatedMachine.Part

  private func error(_ fault: Fault, _ part: Part, _ machine: SimulatedMachine) -> InjectionError? {
    do throws(InjectionError) {
      try machine.inject(fault, into: part)
      return nil
    } catch { return error }
  }

  @Test("is taken where the part can have it, and refused in words where it cannot")
  func possible() {
    let rover = FullRover()
    for part in Part.allCases where part != .trigger {
      #expect(part.faults.first == .ok)
      for fault in Fault.allCases {
        let found = error(fault, part, rover.machine)
        #expect(found == (part.faults.contains(fault) ? nil : .noFault(fault, of: part)))
      }
    }
    #expect(
      error(.garbage, .pwm, rover.machine)?.description
        == "pwm cannot be garbage, only ok, off, stuck, wrong, slow, intermittent. Choose one of "
        + "these.")
  }

  @Test("into a part that is not there is refused with the names of those that are")
  func absent() {
    let machine = SimulatedMachine(
      world: BalanceWorld(tiltRad: 0, seed: 1), wiring: Rover.wiring, seed: 1, pace: .lockstep)
    #expect(machine.parts == [.imu, .pwm, .camera, .bus])
    for part in Part.allCases where !machine.parts.contains(part) {
      let found = error(.off, part, machine)
      #expect(found == .noPart(part, available: [.imu, .pwm, .camera, .bus]))
    }
    #expect(
      error(.off, .stop, machine)?.description
        == "this robot has no stop to break (it has: imu, pwm, camera, bus). Choose one of these.")
  }

  @Test("of a bus: off, held clock, noise, slow and loose, and well again")
  func bus() throws {
    let rover = FullRover()
    #expect(rover.failures(of: 10, at: 0x68) == (0, 0))
    try rover.machine.inject(.off, into: .bus)
    #expect(rover.failures(of: 10, at: 0x68) == (10, 0))
    #expect(throws: I2CError.self) { try rover.read(0x40, 0) }
    try rover.machine.inject(.stuck, into: .bus)
    let stuck = rover.failures(of: 2, at: 0x68)
    #expect(stuck.count == 2 && abs(stuck.seconds - 0.5) < 1e-9)
    try rover.machine.inject(.slow, into: .bus)
    let slow = rover.failures(of: 4, at: 0x68)
    #expect(slow.count == 0 && abs(slow.seconds - 0.1) < 1e-9)
    try rover.machine.inject(.intermittent, into: .bus)
    #expect((10...30).contains(rover.failures(of: 100, at: 0x68).count))
    try rover.machine.inject(.garbage, into: .bus)
    let values = try (0..<8).map { _ in try rover.read(0x68, 0x75) }
    #expect(Set(values).count > 1)
    try rover.machine.inject(.ok, into: .bus)
    #expect(try rover.read(0x68, 0x75) == 0x68)
  }

  @Test("of a chip is that chip's alone", arguments: [Part.imu, .pwm, .power, .grid])
  func chips(part: Part) throws {
    let addresses: [Part: UInt8] = [.imu: 0x68, .pwm: 0x40, .power: 0x41, .grid: 0x69]
    let rover = FullRover()
    for fault in [Fault.off, .slow, .intermittent] {
      try rover.machine.inject(fault, into: part)
      for (other, address) in addresses {
        let found = rover.failures(of: 40, at: address)
        switch (other == part, fault) {
        case (true, .off): #expect(found == (40, 0))
        case (true, .slow): #expect(found.count == 0 && abs(found.seconds - 1) < 1e-9)
        case (true, _): #expect((2...20).contains(found.count))
        default: #expect(found == (0, 0))
        }
      }
    }
  }

  @Test("of a stop's line: a broken wire and a loose contact read as pressed, a welded one never")
  func stop() throws {
    let rover = FullRover()
    let line = try rover.machine.inputLine("E_STOP")
    #expect(try !line.isHigh())
    rover.machine.isStopPressed = true
    #expect(try line.isHigh() && rover.machine.isStopPressed)
    try rover.machine.inject(.stuck, into: .stop)
    #expect(try !line.isHigh())
    rover.machine.isStopPressed = false
    try rover.machine.inject(.off, into: .stop)
    #expect(try line.isHigh())
    try rover.machine.inject(.intermittent, into: .stop)
    let highs = try (0..<100).filter { _ in try line.isHigh() }.count
    #expect((5...40).contains(highs))
    try rover.machine.inject(.garbage, into: .stop)
    #expect(throws: LineError(line: "E_STOP", errno: 5)) { try line.isHigh() }
    #expect(throws: HardwareError.self) { try rover.machine.inputLine("X") }
  }

  /// The numbers of the frames that come in this long, and how old each is when it is seen.
  private func frames(_ rover: FullRover, seconds: Double) throws -> [(UInt32, Double)] {
    let camera = try rover.machine.frameSource("front")
    var frame = Frame(width: 64, height: 64)
    var found: [(UInt32, Double)] = []
    for _ in 0..<Int(seconds * 200) {
      rover.wait(0.005)
      if try camera.latest(into: &frame) {
        found.append((frame.sequence, (rover.machine.clock.now - frame.capturedAt).seconds))
      }
    }
    return found
  }

  @Test("of a camera: frames late, few or missing")
  func camera() throws {
    let rover = FullRover()
    let well = try frames(rover, seconds: 1)
    #expect((9...11).contains(well.count) && well.allSatisfy { $0.1 < 0.01 })
    try rover.machine.inject(.delayed, into: .camera)
    let late = try frames(rover, seconds: 3)
    #expect((18...22).contains(late.count) && late.allSatisfy { abs($0.1 - 1) < 0.02 })
    try rover.machine.inject(.slow, into: .camera)
    #expect((2...5).contains(try frames(rover, seconds: 3).count))
    try rover.machine.inject(.intermittent, into: .camera)
    let loose = try frames(rover, seconds: 10)
    #expect((70...90).contains(loose.count))
    #expect(zip(loose, loose.dropFirst()).allSatisfy { $0.0 < $1.0 })
  }

  @Test("of a trigger: no pulse, no frame")
  func trigger() throws {
    let rover = FullRover { $0.triggerLine = "CAM_TRIGGER" }
    let line = try rover.machine.outputLine("CAM_TRIGGER")
    let camera = try rover.machine.frameSource("front")
    var frame = Frame(width: 64, height: 64)
    func pulses(_ count: Int) throws -> Int {
      var seen = 0
      for _ in 0..<count {
        try line.set(high: true)
        try line.set(high: false)
        rover.wait(0.05)
        if try camera.latest(into: &frame) { seen += 1 }
      }
      return seen
    }
    #expect(try pulses(10) == 10)
    try rover.machine.inject(.off, into: .trigger)
    #expect(try pulses(10) == 0)
    try rover.machine.inject(.intermittent, into: .trigger)
    #expect((60...95).contains(try pulses(100)))
  }

  @Test("of a strobe: edges missing, late or false")
  func strobe() throws {
    func edges(_ fault: Fault) throws -> [Edge] {
      let rover = FullRover()
      let line = try rover.machine.edgeLine("CAM_STROBE", .rising)
      try rover.machine.inject(fault, into: .strobe)
      rover.wait(0.95)
      var found: [Edge] = []
      while let edge = try line.nextEdge() { found.append(edge) }
      return found
    }
    let well = try edges(.ok)
    #expect((9...10).contains(well.count))
    // The first exposure was before anybody could break anything.
    #expect(try edges(.off).count == 1)
    #expect((5...9).contains(try edges(.intermittent).count))
    #expect(try edges(.garbage).count > 14)
    let late = try edges(.delayed).dropFirst().map(\.at.seconds)
    #expect(late.allSatisfy { abs($0.truncatingRemainder(dividingBy: 0.1) - 0.07) < 0.003 })
  }
}
