// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// A robot's electronics at register level around a physical world.
///
/// Registers in, physics, registers out: PCA9685 duties and TB6612 levels become motor drives, the
/// world moves a millisecond, the IMU, the camera, the encoders and what watches the supply feel it.
public final class SimulatedMachine: Hardware {
  static let physicsStep = Interval(nanoseconds: 1_000_000)

  public let world: any World
  /// What the robot's computer is told to be like.
  public let fakeComputer: FakeComputer
  let wiring: MachineWiring
  let imu: any FakeInertialChip
  let pwm = FakePCA9685()
  let camera: FakeCamera?
  let stop: FakeStopContact?
  let strobe: FakeEdgeLine?
  let trigger: FakeOutputLine?
  private(set) var wheels: FakeWheels
  private(set) var monitors: [any FakePowerChip] = []
  private(set) var grids: [any FakeGridChip] = []
  private(set) var buses: [String: FakeI2CBus] = [:]
  /// What is broken now.
  var faults: [Part: Fault] = [:]
  var luck: SeededGenerator
  /// When a strobe's edge comes that is late.
  var lateFlashAt: Instant?
  private let interrupt: FakeEdgeLine
  private let bridge: FakeTB6612
  private let outputEnable: FakeOutputLine?
  private let servos: FakeServoSupply?
  /// Which part answers at an address of a bus.
  private var partAt: [String: [UInt8: Part]] = [:]
  private var steppedTo = Instant.zero
  private var simulatedClock: SimulatedClock?
  private let pace: Pace

  public init(world: any World, wiring: MachineWiring, seed: UInt64, pace: Pace) {
    precondition(
      wiring.motors.isEmpty || wiring.motors.count == world.motorCount,
      "one wire set for each of the world's motors")
    (self.world, self.wiring, self.pace) = (world, wiring, pace)
    fakeComputer = FakeComputer(seed: seed)
    luck = SeededGenerator(seed: seed, stream: "faults")
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
    stop = wiring.stopLine.map { FakeStopContact(name: $0) }
    strobe = camera == nil ? nil : wiring.strobeLine.map { FakeEdgeLine(name: $0) }
    trigger = camera == nil ? nil : wiring.triggerLine.map { FakeOutputLine(name: $0) }
    wheels = FakeWheels(wiring.encoders, seed: seed)
    servos = Self.servos(wiring)
    attach(imu, .imu, at: wiring.imuAddress, on: wiring.imuBus)
    attach(pwm, .pwm, at: wiring.pwmAddress, on: wiring.pwmBus)
    attachMonitors()
    attachGrids(seed: seed)
    if let magnetometer = imu.magnetometer { buses[wiring.imuBus]?.attach(magnetometer, at: 0x0C) }
    wireCamera()
    imu.settle(in: felt(.rest))
    camera?.expose(now: .zero)
  }

  public var computer: (any ComputerHealth)? { fakeComputer }

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
    let others = [outputEnable, trigger].compactMap { $0 }
    let lines: [any OutputLine] = [bridge] + others
    guard let line = lines.first(where: { $0.name == name }) else {
      throw HardwareError(kind: "output line", name: name, available: lines.map(\.name))
    }
    others.first { $0 === line }?.request(isHigh: restsHigh)
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
    guard let stop, name == stop.name else {
      throw HardwareError(kind: "input line", name: name, available: stop.map { [$0.name] } ?? [])
    }
    return stop
  }

  public func pwmOutput(_ name: String) throws(HardwareError) -> any PWMOutput {
    throw HardwareError(kind: "PWM output", name: name, available: [])
  }

  public func edgeLine(
    _ name: String, _ kind: EdgeKind
  ) throws(HardwareError) -> any EdgeLine {
    let lines = [interrupt] + wheels.lines + (strobe.map { [$0] } ?? [])
    guard let line = lines.first(where: { $0.name == name }) else {
      throw HardwareError(kind: "input line", name: name, available: lines.map(\.name))
    }
    return line
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

  /// Somebody presses the emergency stop, or pulls it out again.
  /// Precondition: it has one.
  public var isStopPressed: Bool {
    get { stop?.isPressed ?? false }
    set {
      precondition(stop != nil, "no emergency stop is wired")
      stop?.isPressed = newValue
    }
  }

  /// Whether the servo on this channel presses on a stop, which people see.
  public func isPressing(servoOn channel: Int) -> Bool { servos?.isPressing(channel) ?? false }

  private func drive(_ motor: MachineWiring.Motor) -> MotorDrive {
    let drive = bridge.drive(
      pwm: pwm.duty(motor.pwm), in1: pwm.duty(motor.in1) > 0.5, in2: pwm.duty(motor.in2) > 0.5)
    guard motor.isInverted, case .driven(let voltage) = drive else { return drive }
    return .driven(-voltage)
  }

  private static func servos(_ wiring: MachineWiring) -> FakeServoSupply? {
    guard !wiring.servos.isEmpty else { return nil }
    return FakeServoSupply(
      wiring.servos.map { ($0.channel, FakeServo(pulseUs: $0.pulseUs, standingAt: 0)) })
  }

  private func attachMonitors() {
    for place in wiring.monitors {
      let chip: any FakePowerChip
      switch place.input {
      case .divider(let channel, let ratio):
        chip = FakeDividedSupply(
          FakeADS1115(voltagesV: [0, 0, 0, 0], clock: clock), channel: channel, ratio: ratio)
      case .shunt(let ohm):
        chip =
          place.chip == "ina226"
          ? FakeINA226(supply: supply, shuntOhm: ohm, clock: clock)
          : FakeINA219(supply: supply, shuntOhm: ohm, clock: clock)
      }
      chip.feel(supply)
      monitors.append(chip)
      attach(chip, .power, at: place.address, on: place.bus)
    }
  }

  private func attachGrids(seed: UInt64) {
    for place in wiring.grids {
      guard let chip = FakeGrids.make(place, in: world, clock: clock, seed: seed) else {
        preconditionFailure("no fake of \"\(place.chip)\"; there are \(FakeGrids.names)")
      }
      grids.append(chip)
      attach(chip, .grid, at: place.address, on: place.bus)
    }
  }

  private func attach(_ chip: any FakeChip, _ part: Part, at address: UInt8, on busName: String) {
    let bus = buses[busName] ?? FakeI2CBus(name: busName)
    bus.attach(chip, at: address)
    partAt[busName, default: [:]][address] = part
    bus.refuse { [unowned self] in refusal(of: partAt[busName]?[$0]) }
    bus.spoil = { [unowned self] in spoil($0) }
    buses[busName] = bus
  }

  /// What the supply gives now: the servos' own where nothing else is driven, else the battery.
  private var supply: Supply {
    let asked = drivesFelt
    if wiring.motors.isEmpty, let servos { return servos.supply }
    let speeds = world.wheelMS / world.topSpeedMS
    return wiring.battery.supply(
      [(asked.left, speeds.x), (asked.right, speeds.y)],
      extraA: servos?.supply.currentA ?? 0, faults[.supply] ?? .ok)
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
      let (left, right) = drivesFelt
      world.advance(dtS: dtS, left: left, right: right)
      steppedTo = steppedTo + Self.physicsStep
      servos?.feel(pwm, now: steppedTo)
      if !monitors.isEmpty {
        let supply = supply
        for monitor in monitors { monitor.feel(supply) }
      }
      wheels.turn(world.wheelMS, dtS: dtS, now: steppedTo)
      imu.feel(felt(world.motion), dtS: dtS, now: steppedTo)
      camera?.expose(now: steppedTo)
      flashLate(now: steppedTo)
      fakeComputer.look(now: steppedTo)
    }
  }
}
