// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Simulation
import Testing

/// Real drivers on the simulated electronics.
struct SimulatedMachineTests {
  @Test("Real drivers start every chip, drive straight ahead, and an inverted motor is no matter")
  func drivesAhead() throws {
    let rover = try Rover()
    #expect(try rover.start().isEmpty)
    try rover.drive(1, 1, seconds: 1)
    let moved = rover.world.body.pose
    // 0.445 m without slip; 3 % of slip, redrawn ten times, is less than 5 % of way.
    #expect(abs(moved.x - RoverTests.start.x - 0.445) < 0.03)
    #expect(abs(moved.y - RoverTests.start.y) < 0.05)
    #expect(rover.machine.drives == (.driven(1), .driven(1)))
  }

  @Test("The IMU's driver hears a left turn as positive yaw rate, at 100 Hz, without loss")
  func senses() throws {
    let rover = try Rover()
    #expect(try rover.start().isEmpty)
    try rover.drive(-0.5, 0.5, seconds: 2)
    let samples = rover.samples
    #expect((199...201).contains(samples.count) && rover.imu.lostSamples == 0)
    #expect(
      zip(samples, samples.dropFirst()).allSatisfy { ($1.at - $0.at).nanoseconds == 10_000_000 })
    let rate = samples.suffix(100).reduce(0) { $0 + $1.gyroRadS.z } / 100
    // 2 x 0.25 m/s / 0.4 m = 1.25 rad/s; the datasheet allows 0.35 rad/s of bias, a quarter is
    // drawn.
    #expect(abs(rate - 1.25) < 0.12)
    let up = samples.suffix(100).reduce(0) { $0 + $1.accelMS2.z } / 100
    #expect(abs(up - 9.80665) < 0.25)
  }

  @Test("Frames come every 100 ms, numbered, timed, and none twice")
  func frames() throws {
    let rover = try Rover()
    #expect(try rover.start().isEmpty)
    try rover.drive(0.2, 0.2, seconds: 1)
    let frames = rover.frames
    #expect((10...11).contains(frames.count))
    #expect(
      zip(frames, frames.dropFirst()).allSatisfy {
        $1.sequence == $0.sequence + 1 && ($1.capturedAt - $0.capturedAt).nanoseconds == 100_000_000
      })
    #expect(Set(frames.map(\.pixels)).count == frames.count)
  }

  @Test("A whole run is its seed: the same samples, frames and place; another seed gives others")
  func determinism() throws {
    func run(seed: UInt64) throws -> Rover {
      let rover = try Rover(seed: seed)
      #expect(try rover.start().isEmpty)
      try rover.drive(0.6, 0.9, seconds: 1)
      try rover.drive(-0.3, 0.4, seconds: 1)
      return rover
    }
    let (one, two, other) = (try run(seed: 5), try run(seed: 5), try run(seed: 6))
    #expect(one.samples == two.samples && one.frames == two.frames)
    #expect(one.world.truth == two.world.truth)
    #expect(one.samples != other.samples && one.frames != other.frames)
    #expect(one.world.truth != other.world.truth)
  }

  @Test("A stop lets the wheels roll out, and nothing drives them any more")
  func stop() throws {
    let rover = try Rover()
    #expect(try rover.start().isEmpty)
    try rover.drive(1, 1, seconds: 0.5)
    rover.bridge.stop()
    #expect(rover.machine.drives == (.coasting, .coasting))
    rover.clock.sleep(until: rover.clock.now + Interval(seconds: 3))
    #expect(abs(rover.world.body.travelMS) < 1e-3)
  }

  @Test("An IMU that is turned in the robot feels along its own axes")
  func turnedChip() throws {
    var wiring = Rover.wiring
    wiring.imuAxes = try #require(AxisMap([.x, .minusY, .minusZ]))
    let machine = SimulatedMachine(
      world: RoverWorld(room: Room(seed: 7), start: RoverTests.start, seed: 1), wiring: wiring,
      seed: 1, pace: .lockstep)
    let imu = try InertialChip.mpu6050.driver(
      device: I2CDevice(bus: try machine.i2cBus("i2c-1"), address: 0x68),
      dataReady: try machine.edgeLine("IMU_INT", .rising),
      settings: InertialSettings(
        rateHz: 100, gyroRangeRadS: 500 * .pi / 180, accelRangeMS2: 4 * 9.80665, filterHz: 44))
    try imu.start(clock: machine.clock)
    // Half a second's samples fit in the FIFO.
    machine.clock.sleep(until: machine.clock.now + Interval(seconds: 0.5))
    var up: [Double] = []
    try imu.drain { up.append($0.accelMS2.z) }
    #expect(up.count >= 49)
    #expect(abs(up.reduce(0, +) / Double(up.count) + 9.80665) < 0.25)
  }

  @Test("Hardware that is not there is refused with the names of what is")
  func names() throws {
    let machine = try Rover().machine
    func text(_ work: () throws -> Any) -> String {
      do { return "got \(try work())" } catch { return "\(error)" }
    }
    #expect(text { try machine.i2cBus("i2c-7") }.contains("no I2C bus \"i2c-7\" (it has: i2c-1)"))
    #expect(text { try machine.edgeLine("X", .rising) }.contains("IMU_INT"))
    #expect(text { try machine.outputLine("X") }.contains("MOTOR_STBY"))
    #expect(text { try machine.frameSource("X") }.contains("front"))
  }
}

/// Broken parts, as the real drivers meet them.
struct FaultTests {
  func startError(_ fault: Fault, _ part: SimulatedMachine.Part) throws -> DeviceError? {
    let rover = try Rover()
    try rover.machine.inject(fault, into: part)
    do {
      _ = try rover.start()
      return nil
    } catch { return error as? DeviceError }
  }

  @Test("An IMU that is off does not acknowledge, a wrong one is named")
  func imuAtStart() throws {
    #expect(
      try startError(.off, .imu)
        == .bus(
          I2CError(bus: "i2c-1", address: 0x68, register: 0x75, reason: .noAcknowledge),
          chip: "MPU-6050"))
    guard case .wrongIdentity(_, _, _, _, 0x68, 0x70, "MPU-6500") = try startError(.wrong, .imu)
    else {
      Issue.record("the wrong chip was not named")
      return
    }
  }

  @Test("A PWM chip that is off, ignores writes or is another is found at start")
  func pwmAtStart() throws {
    #expect(
      try startError(.off, .pwm)
        == .bus(
          I2CError(bus: "i2c-1", address: 0x40, register: 0xFD, reason: .noAcknowledge),
          chip: "PCA9685"))
    for (fault, read) in [(Fault.stuck, UInt8(0x1E)), (.wrong, 0xFF)] {
      #expect(
        try startError(fault, .pwm)
          == .notAccepted(
            chip: "PCA9685", bus: "i2c-1", address: 0x40, register: 0xFE, wrote: 0x05, read: read))
    }
  }

  @Test("A stuck IMU repeats one sample, a mended one moves again")
  func stuckImu() throws {
    let rover = try Rover()
    #expect(try rover.start().isEmpty)
    try rover.drive(0.2, 0.2, seconds: 0.5)
    try rover.machine.inject(.stuck, into: .imu)
    let before = rover.samples.count
    try rover.drive(0.2, 0.2, seconds: 0.2)
    #expect(rover.samples.count > before + 15)
    #expect(Set(rover.samples[before...].map(\.gyroRadS)).count == 1)
    try rover.machine.inject(.ok, into: .imu)
    let mended = rover.samples.count
    try rover.drive(0.2, 0.2, seconds: 0.2)
    #expect(Set(rover.samples[mended...].map(\.gyroRadS)).count > 10)
  }

  @Test("A camera that is off throws; stuck it repeats the picture, with garbage it shows noise")
  func camera() throws {
    let rover = try Rover()
    #expect(try rover.start().isEmpty)
    try rover.drive(0.2, 0.2, seconds: 0.3)
    try rover.machine.inject(.stuck, into: .camera)
    let before = rover.frames.count
    try rover.drive(0.2, 0.2, seconds: 0.3)
    #expect(Set(rover.frames[before...].map(\.pixels)).count == 1)
    #expect(Set(rover.frames[before...].map(\.sequence)).count == rover.frames.count - before)
    try rover.machine.inject(.garbage, into: .camera)
    try rover.drive(0.2, 0.2, seconds: 0.2)
    let noise = try #require(rover.frames.last).pixels.map(Double.init)
    let mean = noise.reduce(0, +) / Double(noise.count)
    #expect(abs(mean - 127.5) < 3)
    try rover.machine.inject(.off, into: .camera)
    #expect(throws: FrameError(camera: "front", errno: 19)) { try rover.drive(0, 0, seconds: 0.1) }
  }

  @Test("A PWM chip that falls off the bus while driving is told, and STBY still stops the motors")
  func pwmWhileDriving() throws {
    let rover = try Rover()
    #expect(try rover.start().isEmpty)
    try rover.drive(1, 1, seconds: 0.2)
    try rover.machine.inject(.off, into: .pwm)
    #expect(throws: DeviceError.self) { try rover.drive(1, 1, seconds: 0.1) }
    rover.bridge.stop()
    try rover.machine.inject(.ok, into: .pwm)  // the duties are still in the chip
    #expect(rover.machine.drives == (.coasting, .coasting))
  }
}
