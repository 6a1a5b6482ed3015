// SPDX-License-Identifier: Apache-2.0
import Board
import Testing

/// Values of the parts that only some robots have.
@Suite struct BoardPartsTests {
  private static let limits = "limits: {position: [-1, 1], rate: 2 /s, slew: 20 /s2}"
  private static let text = """
    extends: [../computers/pi5.yaml, ../robots/rover.yaml]
    board: many
    title: Many parts
    machine: linux
    lines: {IMU_INT: GPIO17, MOTOR_STBY: GPIO27, PWM_OE: GPIO22, A: GPIO5, B: GPIO6, LAMP: GPIO16, \
    NECK: PWM1}
    camera: {device: USB Camera, format: mjpeg, trigger: GPIO21, mount: {up: 12 cm, pitch: 10 deg}}
    pwm: {frequency: 50 Hz}
    motor_driver: {chip: drv8833, fault: GPIO23, decay: fast}
    motors:
      - {name: left, in1: 0, in2: 1, \(limits)}
      - {name: right, in1: PWM0, in2: 3, \(limits)}
    servos:
      - {name: gripper, output: 6, pulse: [1000 us, 2 ms], rest: -0.5, \(limits)}
      - {name: neck, output: NECK, pulse: [900 us, 2100 us], travel: 120 deg, \(limits)}
    escs: [{name: fan, output: 7, pulse: [1 ms, 2 ms], arming: 3 s, \(limits)}]
    relays: [{name: lamp, line: LAMP, minimum_on: 500 ms}]
    encoders: [{motor: left, a: A, b: B, counts_per_turn: 1440, wheel_diameter: 65 mm}]
    power:
      - {name: battery, chip: ina219, bus: i2c-1, address: 0x45, shunt: 100 mOhm, \
    max_current: 3200 mA, low: 6600 mV}
      - {name: cell, chip: ads1115, bus: i2c-1, address: 0x48, channel: 2, upper: 30 kOhm, \
    lower: 10 kOhm}
    grids:
      - {name: heat, chip: mlx90640, bus: i2c-1, address: 0x33, rate: 4 Hz, emissivity: 0.95}
    actions:
      - {name: left, motors: [left, fan]}
      - {name: right, motors: [right, neck]}

    """

  private func board() throws -> BoardDescription {
    try BoardDescription.parse(Self.text, path: BoardDescriptionTests.boards + "/many/board.yaml")
  }

  @Test func outputsAreChannelsOrTheComputersOwn() throws {
    let board = try board()
    #expect(board.motors.map(\.pwm) == [nil, nil])
    #expect(board.motors[1].in1 == .computerPWM("PWM0"))
    #expect(board.servos.map(\.output) == [.channel(6), .computerPWM("PWM1")])
    #expect(board.escs.map(\.output) == [.channel(7)])
  }

  @Test func theSetPointsComeMotorsFirst() throws {
    let names = try board().actuators.map(\.name)
    #expect(names == ["left", "right", "gripper", "neck", "fan", "lamp"])
    #expect(try board().actuators.last?.limits.position == 0...1)
  }

  @Test func quantitiesAreInSI() throws {
    let board = try board()
    let servo = board.servos[0]
    #expect(abs(servo.pulseS.lowerBound - 0.001) < 1e-12)
    #expect(abs(servo.pulseS.upperBound - 0.002) < 1e-12)
    #expect((servo.rest, servo.isInverted) == (-0.5, false))
    #expect(abs(board.servos[1].travelRad - 2.0943951023931953) < 1e-12)
    #expect((board.escs[0].armingS, board.escs[0].approachPerS) == (3, 0.5))
    #expect((board.relays[0].minimumOnS, board.relays[0].minimumOffS) == (0.5, 0.1))
    #expect(abs(board.encoders[0].wheelDiameterM - 0.065) < 1e-12)
    let battery = board.power[0]
    #expect(abs((battery.shuntOhm ?? 0) - 0.1) < 1e-12)
    #expect(abs((battery.maxCurrentA ?? 0) - 3.2) < 1e-12)
    #expect(abs((battery.lowV ?? 0) - 6.6) < 1e-12)
    #expect((board.power[1].upperOhm, board.power[1].lowerOhm) == (30_000, 10_000))
    let mount = try #require(board.camera?.mount)
    #expect(abs(mount.upM - 0.12) < 1e-12)
    #expect(abs(mount.pitchRad - 0.17453292519943295) < 1e-12)
    let watchdog = try #require(board.computer?.watchdog)
    #expect((watchdog.shortestS, watchdog.longestS, watchdog.window) == (1, 15, 1))
    #expect(board.computer?.cpu?.clockHz == 2.4e9)
    #expect(board.computer?.bus("i2c-1")?.speedHz == 400_000)
  }

  @Test func linesAreTheComputersWhateverTheyAreCalled() throws {
    let board = try board()
    #expect(board.imu.interruptLine == "GPIO17")
    #expect(board.pwm?.outputEnableLine == "GPIO22")
    #expect(board.motorDriver?.standbyLine == "GPIO27")
    #expect(board.motorDriver?.faultLine == "GPIO23")
    #expect(board.relays[0].line == "GPIO16")
    #expect((board.encoders[0].aLine, board.encoders[0].bLine) == ("GPIO5", "GPIO6"))
    #expect(board.camera?.triggerLine == "GPIO21", "a name that nobody mapped means itself")
    #expect(board.lineRoles["LAMP"] == "GPIO16")
  }

  @Test func aGridShowsTheMostItHas() throws {
    let grid = try board().grids[0]
    #expect((grid.rows, grid.columns, grid.rateHz, grid.emissivity) == (24, 32, 4, 0.95))
  }

  @Test func aWatchdogsWindowIsAShare() throws {
    let board = try BoardDescription.load(
      "beagleplay-rover", boardsFolder: BoardDescriptionTests.boards)
    let watchdog = try #require(board.computer?.watchdog)
    #expect((watchdog.window, watchdog.canStop) == (0.5, false))
    #expect(board.computer?.bus("i2c-0")?.reserved[0x68] == "BQ32000 clock")
  }
}
