// SPDX-License-Identifier: Apache-2.0
import Board
import Testing

/// Values that are fine alone and impossible together.
@Suite struct BoardConflictTests {
  @Test func twoChipsMustNotShareAnAddress() {
    expectProblem(
      .conflict,
      "board.yaml:20:12: the imu and the pwm chip are both at 0x68 of i2c-1, the first on line 10. "
        + "Change one chip's address straps, or move it to another bus.",
      in: Fixture.with("address: 0x40", "address: 0x68"))
  }

  @Test func twoChipsMayShareAnAddressOnDifferentBuses() {
    let text = Fixture.with("address: 0x40", "address: 0x68")
      .replacing("chip: pca9685\n  bus: i2c-1", with: "chip: pca9685\n  bus: i2c-3")
    #expect(!problems(Fixture.with("address: 0x40", "address: 0x68")).isEmpty)
    #expect(problems(text).isEmpty)
  }

  @Test func aPWMChannelIsUsedOnce() {
    expectProblem(
      .conflict,
      "board.yaml:25:24: motors[1].pwm: PWM channel 1 is already used by motors[0].in1 on line 24. "
        + "Give each input its own channel, 0 to 15.",
      in: Fixture.with("pwm: 3", "pwm: 1"))
  }

  @Test func aLineIsUsedOnce() {
    expectProblem(
      .conflict,
      "board.yaml:22:39: the line 'IMU_INT' is both imu.interrupt and motor_driver.standby. "
        + "Give each its own GPIO line.",
      in: Fixture.with("MOTOR_STBY", "IMU_INT"))
  }

  @Test func aMotorMustBeAbleToRest() {
    let found = problems(Fixture.with("position: [-1, 1]", "position: [0.1, 1]"))
    #expect(found.map(\.kind) == [.conflict, .conflict])
    #expect(
      found[0].description == "board.yaml:24:61: motors[0].limits.position: 0 is not between the "
        + "two, so the motor cannot rest. Choose a low of 0 or less and a high of 0 or more.")
  }

  @Test func anActionNamesKnownMotors() {
    let found = problems(Fixture.with("motors: [right]", "motors: [rihgt]"))
    #expect(found.map(\.kind) == [.conflict, .unknownReference])
    #expect(
      found[1].description == "board.yaml:28:28: no motor is called 'rihgt'. "
        + "Did you mean 'right'? Motors of this board: left, right.")
    #expect(
      found[0].description == "board.yaml:25:12: motor 'right' follows no action and would never "
        + "turn. Name it in the 'motors' of one of the actions.")
  }

  @Test func aMotorFollowsOneAction() {
    expectProblem(
      .conflict,
      "board.yaml:28:35: motor 'left' already follows the action on line 27. "
        + "A motor follows one action: name it once.",
      in: Fixture.with("motors: [right]", "motors: [right, left]"))
  }

  @Test func motorsHaveDifferentNames() {
    let text = Fixture.with("- {name: right, pwm", "- {name: left, pwm")
      .replacing("motors: [right]", with: "motors: [left]")
    #expect(
      problems(text).map(\.what).first == "two motors are called 'left', the first on line 24")
  }

  @Test func actionsHaveDifferentNames() {
    expectProblem(
      .conflict,
      "board.yaml:28:12: two actions are called 'left', the first on line 27. "
        + "Give each action its own name.",
      in: Fixture.with("name: right, motors", "name: left, motors"))
  }

  @Test func theIMURateIsOneThatTheChipOffers() {
    expectProblem(
      .outOfRange,
      "board.yaml:12:9: imu.rate: the MPU-6050 cannot measure at 300 Hz. "
        + "It offers 1000 Hz divided by 1 to 256: write 250 Hz or 333.333 Hz.",
      in: Fixture.with("  rate: 100 Hz", "  rate: 300 Hz"))
    #expect(problems(Fixture.with("  rate: 100 Hz", "  rate: 333.333 Hz")).isEmpty)
  }

  @Test func aDecisionIsAWholeNumberOfGateTicks() {
    expectProblem(
      .conflict,
      "board.yaml:6:33: rates.decision: 0.305 s is not a whole number of gate periods of 10 ms. "
        + "The nearest is 310 ms.",
      in: Fixture.with("decision: 0.3 s", "decision: 0.305 s"))
  }

  @Test func theGateIsNotFasterThanTheIMU() {
    expectProblem(
      .conflict,
      "board.yaml:6:15: rates.gate: 200 Hz is above the IMU's 100 Hz. "
        + "The gate ticks when the IMU has measured: lower the gate's rate or raise imu.rate.",
      in: Fixture.with("gate: 100 Hz", "gate: 200 Hz"))
  }

  @Test(arguments: [
    (
      "imu_timeout: 5 ms",
      "30:23: safety.imu_timeout: 5 ms is shorter than the 10 ms from one IMU sample to the next. "
        + "The robot would stop at once: write at least 20 ms."
    ),
    (
      "frame_timeout: 50 ms",
      "30:25: safety.frame_timeout: 50 ms is shorter than the 100 ms from one frame to the next. "
        + "The robot would stop at once: write at least 200 ms."
    ),
    (
      "plan_timeout: 0.2 s",
      "30:24: safety.plan_timeout: 200 ms is shorter than the 300 ms from one plan to the next. "
        + "The robot would stop at once: write at least 600 ms."
    )
  ])
  func aTimeoutIsLongerThanAPeriod(_ setting: String, _ message: String) {
    expectProblem(
      .conflict, "board.yaml:" + message, in: Fixture.text + "safety: {\(setting)}\n")
  }

  @Test func elitesAreAmongTheCandidates() {
    expectProblem(
      .conflict,
      "board.yaml:30:35: planner.elites: 32 of only 16 candidates. "
        + "Elites are the best candidates: a tenth of them is usual.",
      in: Fixture.text + "planner: {candidates: 16, elites: 32}\n")
  }

  @Test func aPlanIsReadyBeforeTheNextDecision() {
    expectProblem(
      .conflict,
      "board.yaml:30:21: planner.deadline: 400 ms is longer than a decision of 300 ms. "
        + "Every plan would come too late: choose about two thirds of a decision.",
      in: Fixture.text + "planner: {deadline: 0.4 s}\n")
  }

  @Test func theNameIsTheFoldersName() {
    let found = problems(Fixture.text, folderName: "other")
    #expect(
      found.map(\.description) == [
        "board.yaml:1:8: board: 'testbed' lies in the folder 'other'. "
          + "A board is found by its folder: write 'board: other' or rename the folder."
      ])
  }

  @Test func aSimulatedMachineNeedsAWorld() {
    expectProblem(
      .missingKey,
      "board.yaml:3:10: a simulated machine has no 'world'. Add 'world: rover or balance'.",
      in: Fixture.with("world: rover\n", ""))
  }

  @Test func aLinuxMachineNeedsAComputer() {
    expectProblem(
      .missingKey,
      "board.yaml:3:10: a linux machine has no 'computer'. Build on the file of yours, for example "
        + "'extends: ../computers/pi5.yaml', or describe it in a computer section.",
      in: Fixture.with("machine: simulated", "machine: linux"))
  }

  @Test func aPictureGoalNeedsACamera() {
    expectProblem(
      .conflict,
      "board.yaml:28:7: goal: a picture can only be reached with a camera. "
        + "Add a camera section, or write 'goal: level'.",
      in: Fixture.with("camera: {name: front, width: 64 px, height: 64 px, rate: 10 Hz}\n", ""))
  }
}
