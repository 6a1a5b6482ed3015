// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// How the simulated robot is wired; the same facts that a real board's `board.yaml` states.
public struct MachineWiring: Sendable {
  public struct Motor: Sendable {
    public var pwm, in1, in2: Int
    public var isInverted: Bool

    public init(pwm: Int, in1: Int, in2: Int, isInverted: Bool) {
      (self.pwm, self.in1, self.in2, self.isInverted) = (pwm, in1, in2, isInverted)
    }
  }

  /// As board.yaml names it.
  public var imuChip: String
  public var imuBus: String
  public var imuAddress: UInt8
  public var imuInterrupt: String
  /// How the IMU is turned in the robot.
  public var imuAxes: AxisMap
  public var pwmBus: String
  public var pwmAddress: UInt8
  /// The line of the PWM chip's OE pin, pulled up; nil where the pin is tied to ground.
  public var outputEnableLine: String?
  public var standbyLine: String
  /// Left, then right.
  public var motors: [Motor]
  public var camera: (name: String, width: Int, height: Int, period: Interval)?
  /// Hobby servos on the PWM chip.
  public var servos: [Servo] = []
  /// What measures their supply; nil for nothing.
  public var monitor: Monitor?

  public struct Servo: Sendable {
    /// Of its pulse range, as -1...1: where the simulated mechanism stops it.
    public static let stops = -0.7...0.8

    public var channel: Int
    /// The pulses at which it stands on its stops.
    public var pulseUs: ClosedRange<Double>

    public init(channel: Int, pulseUs: ClosedRange<Double>) {
      (self.channel, self.pulseUs) = (channel, pulseUs)
    }
  }

  public struct Monitor: Sendable {
    /// As board.yaml names it: ina219 or ina226.
    public var chip: String
    public var bus: String
    public var address: UInt8
    public var shuntOhm: Double

    public init(chip: String, bus: String, address: UInt8, shuntOhm: Double) {
      (self.chip, self.bus, self.address, self.shuntOhm) = (chip, bus, address, shuntOhm)
    }
  }

  public init(
    imuChip: String = "mpu6050", imuBus: String, imuAddress: UInt8, imuInterrupt: String,
    imuAxes: AxisMap = .identity, pwmBus: String, pwmAddress: UInt8,
    outputEnableLine: String? = nil, standbyLine: String, motors: [Motor],
    camera: (name: String, width: Int, height: Int, period: Interval)?
  ) {
    (self.imuChip, self.imuBus) = (imuChip, imuBus)
    (self.imuAddress, self.imuInterrupt) = (imuAddress, imuInterrupt)
    (self.pwmBus, self.pwmAddress, self.standbyLine) = (pwmBus, pwmAddress, standbyLine)
    (self.imuAxes, self.outputEnableLine) = (imuAxes, outputEnableLine)
    (self.motors, self.camera) = (motors, camera)
  }
}

/// A robot's electronics at register level around a physical world.
///
/// Registers in, physics, registers out: PCA9685 duties and TB6612 levels become motor drives, the
/// world moves a millisecond, the IMU and the camera feel it.
public final class SimulatedMachine: Hardware {
  /// The parts that can be broken on purpose.
  public enum Part: String, CaseIterable, Sendable { case imu, pwm, camera, power }

  static let physicsStep = Interval(nanoseconds: 1_000_000)

  public let world: any World
  private let wiring: MachineWiring
  private var buses: [String: FakeI2CBus] = [:]
  private let imu: any FakeInertialChip
  private let interrupt: FakeEdgeLine
  private let pwm = FakePCA9685()
  private let bridge: FakeTB6612
  private let outputEnable: FakeOutputLine?
  private let camera: FakeCamera?
  private let servos: FakeServoSupply?
  private var monitor: (any FakePowerChip)?
  private var steppedTo = Instant.zero
  private var simulatedClock: SimulatedClock?
  private let pace: Pace

  public init(world: any World, wiring: MachineWiring, seed: UInt64, pace: Pace) {
    precondition(
      wiring.motors.isEmpty || wiring.motors.count == world.motorCount,
      "one wire set for each of the world's motors")
    (self.world, self.wiring, self.pace) = (world, wiring, pace)
    let line = FakeEdgeLine(name: wiring.imuInterrupt)
    interrupt = line
    guard let imu = FakeIMUs.make(wiring.imuChip, seed: seed, onDataReady: { line.rise(at: $0) })
    else {
      preconditionFailure(
        "no fake of \"\(wiring.imuChip)\"; there are \(FakeIMUs.names.joined(separator: ", "))")
    }
    self.imu = imu
    bridge = FakeTB6612(standbyLine: wiring.standbyLine)
    outputEnable = wiring.outputEnableLine.map { FakeOutputLine(name: $0, isPulledHigh: true) }
    pwm.outputEnable = outputEnable
    camera = wiring.camera.map {
      FakeCamera(
        name: $0.name, width: $0.width, height: $0.height, period: $0.period, world: world,
        seed: seed)
    }
    servos = Self.servos(wiring)
    attach(imu, at: wiring.imuAddress, on: wiring.imuBus)
    attach(pwm, at: wiring.pwmAddress, on: wiring.pwmBus)
    attachMonitor()
    if let magnetometer = imu.magnetometer { buses[wiring.imuBus]?.attach(magnetometer, at: 0x0C) }
    imu.settle(in: felt(.rest))
    camera?.expose(now: .zero)
  }

  /// Breaks or mends a part, from now on.
  public func inject(_ fault: Fault, into part: Part) {
    switch part {
    case .imu: imu.fault = fault
    case .pwm: pwm.fault = fault
    case .camera: camera?.fault = fault
    case .power: monitor?.fault = fault
    }
  }

  public var clock: any Clock {
    if let simulatedClock { return simulatedClock }
    let made = SimulatedClock(pace: pace) { [unowned self] in advance(to: $0) }
    simulatedClock = made
    return made
  }

  public func i2cBus(_ name: String) throws(HardwareError) -> any I2CBus {
    guard let bus = buses[name] else {
      throw HardwareError(kind: "I2C bus", name: name, available: Array(buses.keys))
    }
    return bus
  }

  public func outputLine(
    _ name: String, restsHigh: Bool
  ) throws(HardwareError) -> any OutputLine {
    let lines: [any OutputLine] = [bridge] + (outputEnable.map { [$0] } ?? [])
    guard let line = lines.first(where: { $0.name == name }) else {
      throw HardwareError(kind: "output line", name: name, available: lines.map(\.name))
    }
    if line === outputEnable { outputEnable?.request(isHigh: restsHigh) }
    return line
  }

  /// Whoever drove this output line is gone: its pull decides.
  public func release(line name: String) {
    if name == outputEnable?.name { outputEnable?.release() }
    if name == bridge.name { bridge.fallAsleep() }
  }

  /// Whether no motor and no servo is driven, not even to stand still: the bridge sleeps, or every
  /// output that feeds it is low; servos get no pulses.
  public var isSafe: Bool {
    let feeds = wiring.motors.flatMap { [$0.pwm, $0.in1, $0.in2] }
    let areMotorsOff = !bridge.isAwake || feeds.allSatisfy { pwm.duty($0) == 0 }
    return areMotorsOff && wiring.servos.allSatisfy { pwm.duty($0.channel) == 0 }
  }

  public func inputLine(_ name: String) throws(HardwareError) -> any InputLine {
    throw HardwareError(kind: "input line", name: name, available: [])
  }

  public func pwmOutput(_ name: String) throws(HardwareError) -> any PWMOutput {
    throw HardwareError(kind: "PWM output", name: name, available: [])
  }

  public func edgeLine(
    _ name: String, _ kind: EdgeKind
  ) throws(HardwareError) -> any EdgeLine {
    guard name == interrupt.name else {
      throw HardwareError(kind: "input line", name: name, available: [interrupt.name])
    }
    return interrupt
  }

  public func frameSource(_ name: String) throws(HardwareError) -> any FrameSource {
    guard let camera, name == camera.name else {
      throw HardwareError(kind: "camera", name: name, available: camera.map { [$0.name] } ?? [])
    }
    return camera
  }

  /// What the H-bridge does to the motors at this moment (left, right).
  public var drives: (left: MotorDrive, right: MotorDrive) {
    wiring.motors.isEmpty
      ? (.coasting, .coasting) : (drive(wiring.motors[0]), drive(wiring.motors[1]))
  }

  private func drive(_ motor: MachineWiring.Motor) -> MotorDrive {
    let drive = bridge.drive(
      pwm: pwm.duty(motor.pwm), in1: pwm.duty(motor.in1) > 0.5, in2: pwm.duty(motor.in2) > 0.5)
    guard motor.isInverted, case .driven(let voltage) = drive else { return drive }
    return .driven(-voltage)
  }

  private func isAnswering(_ address: UInt8, on bus: String) -> Bool {
    if bus == wiring.pwmBus, address == wiring.pwmAddress { return pwm.fault != .off }
    if let place = wiring.monitor, bus == place.bus, address == place.address {
      return monitor?.fault != .off
    }
    return true
  }

  /// Whether the servo on this channel presses on a stop, which people see.
  public func isPressing(servoOn channel: Int) -> Bool { servos?.isPressing(channel) ?? false }

  private static func servos(_ wiring: MachineWiring) -> FakeServoSupply? {
    guard !wiring.servos.isEmpty else { return nil }
    return FakeServoSupply(
      wiring.servos.map { ($0.channel, FakeServo(pulseUs: $0.pulseUs, standingAt: 0)) })
  }

  private func attachMonitor() {
    guard let place = wiring.monitor, let supply = servos?.supply else { return }
    let chip: any FakePowerChip =
      place.chip == "ina226"
      ? FakeINA226(supply: supply, shuntOhm: place.shuntOhm, clock: clock)
      : FakeINA219(supply: supply, shuntOhm: place.shuntOhm, clock: clock)
    monitor = chip
    attach(chip, at: place.address, on: place.bus)
  }

  private func attach(_ chip: any FakeChip, at address: UInt8, on busName: String) {
    let bus = buses[busName] ?? FakeI2CBus(name: busName)
    bus.attach(chip, at: address)
    bus.refuse { [unowned self] in isAnswering($0, on: busName) ? nil : .noAcknowledge }
    buses[busName] = bus
  }

  /// The world's motion along the axes of a chip that is turned in the robot.
  private func felt(_ motion: Motion) -> Motion {
    let axes = wiring.imuAxes
    return Motion(
      angularRateRadS: axes.sensor(motion.angularRateRadS),
      specificForceMS2: axes.sensor(motion.specificForceMS2),
      magneticT: axes.sensor(motion.magneticT))
  }

  private func advance(to instant: Instant) {
    let dtS = Self.physicsStep.seconds
    while steppedTo + Self.physicsStep <= instant {
      let (left, right) = drives
      world.advance(dtS: dtS, left: left, right: right)
      steppedTo = steppedTo + Self.physicsStep
      if let servos {
        servos.feel(pwm, now: steppedTo)
        monitor?.supply = servos.supply
      }
      imu.feel(felt(world.motion), dtS: dtS, now: steppedTo)
      camera?.expose(now: steppedTo)
    }
  }
}
