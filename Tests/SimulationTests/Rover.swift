// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Safety
import Simulation

/// A simulated rover with the real drivers on it.
final class Rover {
  static let wiring = MachineWiring(
    imuBus: "i2c-1", imuAddress: 0x68, imuInterrupt: "IMU_INT", pwmBus: "i2c-1", pwmAddress: 0x40,
    standbyLine: "MOTOR_STBY",
    motors: [
      .init(pwm: 0, in1: 1, in2: 2, isInverted: false),
      .init(pwm: 3, in1: 4, in2: 5, isInverted: true)
    ],
    camera: (name: "front", width: 64, height: 64, period: Interval(nanoseconds: 100_000_000)))

  let machine: SimulatedMachine
  let world: RoverWorld
  let clock: any Clock
  let imu: any InertialSensor
  let pwm: PCA9685
  let bridge: any Actuators
  let camera: any FrameSource
  private(set) var samples: [InertialSample] = []
  private(set) var frames: [Frame] = []
  private var frame = Frame(width: 64, height: 64)
  private var gate: Gate
  private var senses = Senses()

  init(seed: UInt64 = 1, start: Pose = RoverTests.start) throws {
    world = RoverWorld(room: Room(seed: 7), start: start, seed: seed)
    machine = SimulatedMachine(world: world, wiring: Self.wiring, seed: seed, pace: .lockstep)
    clock = machine.clock
    let bus = try machine.i2cBus("i2c-1")
    imu = try InertialChip.mpu6050.driver(
      device: I2CDevice(bus: bus, address: 0x68),
      dataReady: try machine.edgeLine("IMU_INT", .rising),
      settings: InertialSettings(
        rateHz: 100, gyroRangeRadS: 500 * .pi / 180,
        accelRangeMS2: 4 * 9.80665, filterHz: 44))
    pwm = try PCA9685(device: I2CDevice(bus: bus, address: 0x40), frequencyHz: 1000)
    let chip = pwm
    bridge = try BridgeChip.tb6612.driver(
      motors: Self.wiring.motors.map {
        BridgeMotor(
          pwm: .chip(chip, channel: $0.pwm), in1: .chip(chip, channel: $0.in1),
          in2: .chip(chip, channel: $0.in2), isInverted: $0.isInverted)
      },
      sleep: try machine.outputLine("MOTOR_STBY"))
    camera = try machine.frameSource("front")
    let wide = ActuatorLimits(lower: -1, upper: 1, ratePerS: 1e6, slewPerS2: 1e9)
    gate = Gate(
      limits: GateLimits(
        actuators: [wide, wide], periodS: 0.01, imuTimeoutS: 1, frameTimeoutS: nil, planTimeoutS: 1,
        rampS: 0.1, tiltRad: 1))
    gate.finishBooting()
  }

  /// Starts the chips and arms; the reasons against it.
  func start() throws -> [Refusal] {
    try pwm.start(clock: clock)
    try imu.start(clock: clock)
    (senses.imuAt, senses.tiltRad, senses.isGyroCalibrated) = (clock.now, 0, true)
    return gate.arm(senses: senses, now: clock.now)
  }

  /// Drives for a while at 100 Hz, keeping what is sensed.
  func drive(_ left: Double, _ right: Double, seconds: Double) throws {
    for _ in 0..<Int(seconds * 100) {
      let proposal = Proposal(setPoints: [left, right, 0, 0, 0, 0, 0, 0], at: clock.now)
      senses.imuAt = clock.now
      try bridge.apply(gate.pass(proposal, senses: senses, now: clock.now))
      clock.sleep(until: clock.now + Interval(nanoseconds: 10_000_000))
      try imu.drain { samples.append($0) }
      if try camera.latest(into: &frame) { frames.append(frame) }
    }
  }
}
