// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import LoopFixtures
import Quantities
import Runtime
import Safety
import Simulation
import Testing

/// A part that is broken before the robot starts.
struct StartFault: Sendable, CustomTestStringConvertible {
  enum Outcome: Sendable {
    /// `start` throws, and its text contains all of these.
    case refused(isDevice: Bool, words: [String])
    /// `start` succeeds, `arm` refuses.
    case notArmed(Refusal)
  }

  var part: SimulatedMachine.Part
  var fault: Fault
  var outcome: Outcome

  var testDescription: String { "\(part.rawValue) \(fault.rawValue)" }

  static func device(
    _ part: SimulatedMachine.Part, _ fault: Fault, _ words: String...
  ) -> StartFault {
    StartFault(part: part, fault: fault, outcome: .refused(isDevice: true, words: words))
  }

  static let all = [
    device(.imu, .off, "MPU-6050", "i2c-1", "0x68", "no answer"),
    device(.imu, .wrong, "MPU-6050", "0x75", "0x70", "MPU-6500"),
    device(.pwm, .off, "PCA9685", "i2c-1", "0x40", "no answer"),
    device(.pwm, .wrong, "PCA9685", "0xFE", "0xFF"),
    device(.pwm, .stuck, "PCA9685", "0xFE", "0x1E"),
    StartFault(
      part: .imu, fault: .stuck,
      outcome: .refused(isDevice: false, words: ["gyro calibration", "gravity"])),
    StartFault(
      part: .imu, fault: .garbage,
      outcome: .refused(isDevice: false, words: ["gyro calibration", "shook"])),
    StartFault(part: .camera, fault: .off, outcome: .notArmed(.noFrame)),
    StartFault(part: .camera, fault: .stuck, outcome: .notArmed(.frozenFrame))
  ]
}

@Suite("A part that is broken at the start")
struct StartFaultTests {
  static let boards: [(BoardName, StartFault)] = BoardName.allCases.flatMap { board in
    StartFault.all.compactMap { board == .balance && $0.part == .camera ? nil : (board, $0) }
  }

  @Test("is named, and nothing ever moves", arguments: boards)
  func refuses(board: BoardName, scenario: StartFault) throws {
    let mind = ConstantMind(1, 1, count: board == .rover ? 2 : 1)
    let rig = try Rig(board, mind: mind)
    (rig.world as? BalanceWorld)?.release(tiltRateRadS: 0)
    let before = rig.world.truth
    try rig.machine.inject(scenario.fault, into: scenario.part)
    switch scenario.outcome {
    case .refused(let isDevice, let words):
      let error = try #require(rig.startError())
      if case .device = error { #expect(isDevice) } else { #expect(!isDevice) }
      #expect(error.isHardware)
      for word in words { #expect("\(error)".contains(word), "\(error)") }
      #expect(rig.loop.arm().contains(.notCalibrated))
      #expect(rig.loop.gate.state == .booting)
    case .notArmed(let refusal):
      try rig.loop.start()
      #expect(rig.loop.arm() == [refusal])
      #expect(rig.loop.gate.state == .disarmed)
    }
    #expect(rig.staysIdle(2))
    #expect(mind.decisions == 0)
    if board == .rover { #expect(rig.world.truth == before) }
  }

  @Test("after a failed restart the robot is not armed, whatever it was before")
  func failedRestart() throws {
    let rig = try Rig(.rover, mind: BusyMind(.rover))
    try rig.go()
    rig.run(1)
    try rig.machine.inject(.wrong, into: .imu)
    #expect(throws: StartError.self) { try rig.loop.start() }
    #expect(rig.isAsleep && rig.loop.gate.state == .disarmed)
    #expect(rig.staysIdle(1))
  }

  @Test(
    "after a restart that fails the old calibration counts no more",
    arguments: [Fault.off, .stuck])
  func failedCalibration(fault: Fault) throws {
    let rig = try Rig(.balance, mind: ConstantMind(0))
    try rig.loop.start()
    try rig.machine.inject(fault, into: .imu)
    #expect(throws: StartError.self) { try rig.loop.start() }
    #expect(rig.loop.arm().contains(.notCalibrated))
  }

  @Test("what a program that crashed left running stops at the start", arguments: [0, 1, 2])
  func afterACrash(lineRefusals: Int) throws {
    let crashed = try Rig(.rover, mind: ConstantMind(0.5, 0.5))
    try crashed.go()
    crashed.run(1)
    #expect(!crashed.isIdle)
    let hardware = Disguise(crashed.machine)
    hardware.lineRefusals = lineRefusals
    let loop = ControlLoop(
      board: crashed.board, body: try Body(board: crashed.board, hardware: hardware),
      mind: ConstantMind(1, 1), imuBins: 2)
    // It still rolls, so the first calibration may fail; the motors are off whatever it says.
    do throws(StartError) { try loop.start() } catch { #expect("\(error)".contains("gyro")) }
    #expect(crashed.isAsleep)
    try loop.start()
    #expect(crashed.speedMS < 0.05)
    #expect(crashed.isAsleep && loop.gate.state == .disarmed)
  }

  @Test("a restart while driving stops first, calibrates at rest and waits to be armed")
  func restart() throws {
    let rig = try Rig(.rover, mind: ConstantMind(0, 0))
    try rig.go()
    rig.run(1)
    try rig.loop.start()
    #expect(rig.loop.gate.state == .disarmed && rig.isIdle)
    #expect(rig.loop.arm() == [])
  }
}

@Suite("An IMU that is broken at the start")
struct StartImuTests {
  static let impostors: [InertialChip: String] = [
    .mpu6050: "MPU-6500", .mpu6500: "MPU-6050", .mpu9250: "MPU-6500", .mpu9255: "MPU-9250",
    .icm20948: "BMI270", .icm42688p: "ICM-42605", .lsm6dsox: "LSM6DSV16X", .bmi270: "BMI160",
    .bno055: "BMI270"
  ]

  private func startError(_ chip: InertialChip, _ fault: Fault) throws -> String {
    let rig = try Rig(.rover, mind: ConstantMind(1, 1), imu: chip)
    try rig.machine.inject(fault, into: .imu)
    let error = try #require(rig.startError())
    #expect(error.isHardware && rig.staysIdle(1) && rig.loop.arm().contains(.notCalibrated))
    return "\(error)"
  }

  @Test("is named, whichever it is, and nothing moves", arguments: InertialChip.allCases)
  func refuses(chip: InertialChip) throws {
    let off = try startError(chip, .off)
    let address = hex(try #require(chip.traits.addresses.first))
    #expect(off.contains("\(chip.traits.name): i2c-1 address \(address)"), "\(off)")
    #expect(off.contains("no answer"))
    let wrong = try startError(chip, .wrong)
    let impostor = try #require(Self.impostors[chip])
    #expect(wrong.contains("\(chip.traits.name) on i2c-1"), "\(wrong)")
    #expect(wrong.contains("That is the \(impostor)'s answer"), "\(wrong)")
    #expect(try startError(chip, .stuck).contains("gyro calibration"))
    #expect(try startError(chip, .garbage).contains("gyro calibration"))
  }
}

@Suite("Gyro calibration")
struct CalibrationTests {
  /// A robot that somebody picks up half a second after power-on.
  final class Shoved: World {
    let motorCount = 2
    private(set) var motion = Motion.rest
    private var timeS = 0.0
    private let shove: @Sendable (Double) -> Motion

    init(_ shove: @escaping @Sendable (Double) -> Motion) { self.shove = shove }

    var truth: SIMD8<Double> { .zero }

    func advance(dtS: Double, left: MotorDrive, right: MotorDrive) {
      timeS += dtS
      motion = timeS > 0.5 ? shove(timeS) : .rest
    }

    func render(
      _ moment: SIMD8<Double>, into pixels: inout [UInt8], width: Int, height: Int
    ) {}
  }

  static let shoves: [@Sendable (Double) -> Motion] = [
    { _ in Motion(angularRateRadS: Vector3(0, 0, 0.2), specificForceMS2: Vector3(0, 0, 9.8)) },
    { _ in Motion(angularRateRadS: Vector3(0.1, 0, 0), specificForceMS2: Vector3(0, 0, 9.8)) },
    { _ in Motion(angularRateRadS: .zero, specificForceMS2: Vector3(2, 0, 9.6)) },
    { Motion(angularRateRadS: .zero, specificForceMS2: Vector3(0, 0, $0 < 0.8 ? 15 : 4)) }
  ]

  @Test("a robot that is moved meanwhile does not start", arguments: shoves.indices)
  func refuses(index: Int) throws {
    let rig = try Rig(.balance, mind: ConstantMind(1), world: Shoved(Self.shoves[index]))
    let error = try #require(rig.startError())
    guard case .notStill(let why) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(why.hasSuffix("."), "\(why)")
    #expect(rig.loop.arm().contains(.notCalibrated))
    #expect(rig.staysIdle(1))
  }

  @Test("a robot that is left alone does")
  func accepts() throws {
    let rig = try Rig(.balance, mind: ConstantMind(0), world: Shoved { _ in .rest })
    try rig.loop.start()
    #expect(rig.loop.arm() == [])
  }
}
