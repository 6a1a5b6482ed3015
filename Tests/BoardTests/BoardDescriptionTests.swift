// SPDX-License-Identifier: Apache-2.0
import Board
import Testing

@Suite struct BoardDescriptionTests {
  /// The repository's own boards folder.
  static let boards =
    #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 } + "/boards"

  @Test func theRoverLoadsWithItsValuesInSI() throws {
    let board = try BoardDescription.load("sim-rover", boardsFolder: Self.boards)
    #expect(board.name == "sim-rover")
    #expect(board.machine == .simulated(.rover))
    #expect(board.modelPath == Self.boards + "/sim-rover/model.safetensors")
    #expect(board.rates.gateHz == 100)
    #expect(board.rates.decisionPeriodS == 0.3)
    #expect(board.rates.ticksPerDecision == 30)
    #expect(board.imu.chip == .mpu6050)
    #expect(board.imu.bus == "i2c-1")
    #expect(board.imu.address == 0x68)
    #expect(board.imu.interruptLine == "IMU_INT")
    #expect(board.imu.settings.rateHz == 100)
    #expect(abs(board.imu.settings.gyroRangeRadS - 8.726646259971648) < 1e-12)
    #expect(abs(board.imu.settings.accelRangeMS2 - 39.2266) < 1e-12)
    #expect(board.imu.settings.filterHz == 44)
    let camera = try #require(board.camera)
    #expect((camera.name, camera.widthPx, camera.heightPx, camera.rateHz) == ("front", 64, 64, 10))
    let pwm = try #require(board.pwm)
    #expect((pwm.chip, pwm.address, pwm.frequencyHz) == (.pca9685, 0x40, 1000))
    #expect(pwm.outputEnableLine == nil)
    let driver = try #require(board.motorDriver)
    #expect((driver.chip, driver.standbyLine, driver.faultLine) == (.tb6612, "MOTOR_STBY", nil))
    #expect(board.motors.map(\.name) == ["left", "right"])
    #expect(
      board.motors.map { [$0.pwm, $0.in1, $0.in2] } == [
        [.channel(0), .channel(1), .channel(2)], [.channel(3), .channel(4), .channel(5)]
      ])
    #expect(board.motors.map(\.isInverted) == [false, false])
    #expect(board.motors[0].limits.position == -1...1)
    #expect(board.motors[0].limits.ratePerS == 12)
    #expect(board.motors[0].limits.slewPerS2 == 1200)
    #expect(board.actions.map(\.motors) == [["left"], ["right"]])
    let drive = try #require(board.drive)
    #expect((drive.trackM, drive.maxSpeedMS, drive.timeConstantS) == (0.4, 0.5, 0.11))
    #expect(board.safety.imuTimeoutS == 0.05)
    #expect(
      (board.safety.frameTimeoutS, board.safety.planTimeoutS, board.safety.rampS) == (0.5, 1, 0.3))
    #expect(abs(board.safety.tiltRad - 0.8726646259971648) < 1e-12)
    #expect((board.planner.candidates, board.planner.horizon) == (128, 8))
    #expect((board.planner.iterations, board.planner.elites) == (3, 8))
    #expect((board.planner.noise, board.planner.colour, board.planner.decay) == (1, 1, 1))
    #expect((board.planner.pathWeight, board.planner.terminalWeight) == (0.1, 1))
    #expect((board.planner.keepElites, board.planner.holdDistance) == (0.3, 0))
    #expect(board.planner.deadlineS == 0.2)
    #expect(board.goal == .picture)
  }

  @Test func theBalancerCommandsBothMotorsWithOneAction() throws {
    let board = try BoardDescription.load("sim-balance", boardsFolder: Self.boards)
    #expect(board.machine == .simulated(.balance))
    #expect(board.camera == nil)
    #expect(board.drive?.trackM == 0.2)
    #expect(board.drive?.maxSpeedMS == 2)
    #expect(board.drive?.timeConstantS == 0.25)
    #expect(board.rates.gateHz == 200)
    #expect(board.rates.decisionPeriodS == 0.02)
    #expect(board.rates.ticksPerDecision == 4)
    #expect(board.imu.settings.rateHz == 200)
    #expect(board.actions.map(\.name) == ["wheels"])
    #expect(board.actions[0].motors == ["left", "right"])
    #expect((board.planner.horizon, board.planner.iterations) == (12, 1))
    #expect(board.planner.deadlineS == 0.012)
    #expect(board.goal == .level)
  }

  @Test func absentSettingsHaveStandardValues() throws {
    let board = try BoardDescription.parse(Fixture.text, path: "x/board.yaml")
    #expect((board.safety.frameTimeoutS, board.safety.imuTimeoutS) == (0.5, 0.05))
    #expect(board.safety.planTimeoutS == 3 * 0.3)
    #expect(board.safety.rampS == 0.3)
    #expect((board.planner.candidates, board.planner.elites) == (64, 8))
    #expect((board.planner.noise, board.planner.keepElites) == (0.7, 0.3))
    #expect(abs(board.planner.deadlineS - 0.2) < 1e-12)
    #expect(board.motors.map(\.isInverted) == [false, false])
    #expect(board.modelPath == "x/model.safetensors")
  }

  @Test(arguments: [
    ("decision: 0.3 s", "decision: 300 ms"), ("decision: 0.3 s", "decision: 0.3s"),
    ("decision: 0.3 s", "decision: 3e-1 s"), ("decision: 0.3 s", "decision: '0.3 s'"),
    ("gate: 100 Hz", "gate: 0.1 kHz"), ("accel_range: 4 g", "accel_range: 39.2266 m/s2"),
    ("gyro_range: 500 deg/s", "gyro_range: 8.726646259971648 rad/s"),
    ("address: 0x68", "address: 104")
  ])
  func aValueMayBeWrittenInOtherWays(_ usual: String, _ other: String) throws {
    let first = try BoardDescription.parse(Fixture.text, path: "board.yaml")
    let second = try BoardDescription.parse(Fixture.with(usual, other), path: "board.yaml")
    #expect(first == second)
  }

  @Test func aLinuxBoardMayHaveAWorldToBeSimulatedIn() throws {
    let linux = Fixture.computer + Fixture.with("machine: simulated", "machine: linux")
    let board = try BoardDescription.parse(linux, path: "board.yaml")
    #expect((board.machine, board.world) == (.linux, .rover))
    let worldless = try BoardDescription.parse(
      linux.replacing("world: rover\n", with: ""), path: "board.yaml")
    #expect((worldless.machine, worldless.world) == (.linux, nil))
  }

  @Test(arguments: [
    ("model.safetensors", ["testbed"]),
    ("../sim-rover/model.safetensors", ["testbed", "sim-rover"]),
    ("/usr/share/umwelt/boards/sim-rover/model.safetensors", ["testbed", "sim-rover"])
  ])
  func aModelInAnotherBoardsFolderIsSharedOnPurpose(path: String, boards: [String]) throws {
    let text = Fixture.with("model: model.safetensors", "model: \(path)")
    #expect(try BoardDescription.parse(text, path: "board.yaml").modelBoards == boards)
  }

  @Test func anAbsoluteModelPathStays() throws {
    let text = Fixture.with("model: model.safetensors", "model: /srv/m.safetensors")
    #expect(
      try BoardDescription.parse(text, path: "a/board.yaml").modelPath == "/srv/m.safetensors")
  }
}
