// SPDX-License-Identifier: Apache-2.0
import Board
import Testing
import Wiring

@Suite struct WiringPlanTests {
  private func plan(_ name: String) throws -> WiringPlan {
    try #require(WiringPlan(try Boards.load(name)))
  }

  /// The wire of that name: the computer's pins and the parts' pins on it.
  private func wire(_ name: String, of plan: WiringPlan) throws -> [String] {
    let wire = try #require(plan.wires.first { $0.net.name == name })
    return wire.pins + wire.terminals
  }

  @Test func aSimulatedRobotHasNoWires() throws {
    #expect(WiringPlan(try Boards.load("sim-rover")) == nil)
  }

  @Test func theRoversWiresGoWhereItsFileSays() throws {
    let plan = try plan("pi5-rover")
    #expect(
      try wire("IMU_INT", of: plan) == ["pin 11 (GPIO17)", "MPU-6050 INT"])
    #expect(
      try wire("i2c-1 SDA", of: plan) == ["pin 3 (GPIO2)", "MPU-6050 SDA", "PCA9685 SDA"])
    #expect(try wire("PWM 0", of: plan) == ["PCA9685 0", "TB6612FNG PWMA"])
    #expect(try wire("left 1", of: plan) == ["TB6612FNG AO1", "Motor left +"])
    #expect(plan.enable.contains { $0.hasPrefix("dtparam=i2c_arm=on") })
  }

  @Test func anEmergencyStopIsANormallyClosedContactWithAPullUp() throws {
    var board = try Boards.load("pi5-rover")
    board.safety.emergencyStopLine = "GPIO26"
    let plan = try #require(WiringPlan(board))
    let ends = try wire("GPIO26", of: plan)
    #expect(ends.contains("pin 37 (GPIO26)") && ends.contains("Emergency stop NC"), "\(ends)")
    #expect(try wire("GND", of: plan).contains("Emergency stop COM"))
    let pullUp = plan.blocks.contains {
      $0.shape == .resistor && $0.left.map(\.net.name) == ["3V3", "GPIO26"]
    }
    #expect(pullUp)
  }

  @Test("what keeps the motors off while nobody drives the lines is there", arguments: Boards.real)
  func theSafetyResistorsAreThere(name: String) throws {
    let plan = try plan(name)
    let ends = plan.blocks.filter { $0.shape == .resistor }.map { $0.left.map(\.net.name) }
    #expect(ends == [["3V3", "PWM_OE"], ["MOTOR_STBY", "GND"]])
    #expect(plan.blocks.contains { $0.shape == .toggle })
    #expect(try wire("GND", of: plan).contains("Motor battery -"))
  }

  @Test("every wire ends at two pins or more", arguments: Boards.real + ["many"])
  func noWireHangsInTheAir(name: String) throws {
    let board = name == "many" ? try ManyParts.board() : try Boards.load(name)
    let plan = try #require(WiringPlan(board))
    for wire in plan.wires {
      #expect(wire.pins.count + wire.terminals.count >= 2, "\(wire.net.name) of \(name)")
    }
  }

  @Test func anAddressIsWiredAsTheFileSays() throws {
    var board = try Boards.load("pi5-rover")
    board.imu.address = 0x69
    board.pwm?.address = 0x43
    let plan = try #require(WiringPlan(board))
    #expect(try wire("3V3", of: plan).contains("MPU-6050 AD0"))
    let chip = try #require(plan.blocks.first { $0.title == "PCA9685" })
    #expect(chip.details == ["i2c-1, address 0x43", "bridge A0, A1"])
  }

  @Test func everyPartOfABoardIsDrawnAndListed() throws {
    let plan = try #require(WiringPlan(try ManyParts.board()))
    let titles = plan.blocks.map(\.title)
    for title in [
      "MPU-6050", "PCA9685", "AMG8833", "INA219", "ADS1115", "Encoder left", "Relay lamp",
      "Camera front", "DRV8833", "Servo gripper", "Servo neck", "ESC fan", "Motor left",
      "Motor right", "S1", "Motor battery", "Servo supply"
    ] { #expect(titles.contains(title)) }
    #expect(try wire("SW", of: plan) == ["INA219 VIN+", "S1 1"])
    #expect(try wire("PWM0", of: plan) == ["pin 32 (GPIO12)", "Servo neck signal"])
    #expect(plan.enable.contains { $0.hasPrefix("dtoverlay=pwm-2chan") })
    #expect(plan.partRows.contains(["2", "servo", ""]))
    #expect(plan.partRows.contains(["2", "gear motor", "brushed"]))
  }
}
