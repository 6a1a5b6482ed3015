// SPDX-License-Identifier: Apache-2.0
import Board

/// A robot with one of almost everything, on a Raspberry Pi 5.
enum ManyParts {
  static func board() throws -> BoardDescription {
    try BoardDescription.parse(text, path: "\(Boards.folder)/many/board.yaml")
  }

  private static let text = """
    extends: [../computers/pi5.yaml, ../robots/rover.yaml]
    board: many
    title: A robot with many parts
    machine: linux
    lines:
      IMU_INT: GPIO17
      MOTOR_STBY: GPIO27
      PWM_OE: GPIO22
      MOTOR_FAULT: GPIO23
      LEFT_A: GPIO5
      LEFT_B: GPIO6
      LAMP: GPIO16
      GRID_INT: GPIO20
      CAM_TRIGGER: GPIO21
    camera: {trigger: CAM_TRIGGER}
    pwm: {frequency: 50 Hz}
    motor_driver: {chip: drv8833, fault: MOTOR_FAULT}
    motors:
      - {name: left, in1: 0, in2: 1, limits: {position: [-1, 1], rate: 12 /s, slew: 1200 /s2}}
      - {name: right, in1: 2, in2: 3, inverted: true, \
    limits: {position: [-1, 1], rate: 12 /s, slew: 1200 /s2}}
    servos:
      - {name: gripper, output: 6, pulse: [1000 us, 2000 us], \
    limits: {position: [-1, 1], rate: 2 /s, slew: 20 /s2}}
      - {name: neck, output: PWM0, pulse: [900 us, 2.1 ms], \
    limits: {position: [-1, 1], rate: 2 /s, slew: 20 /s2}}
    escs:
      - {name: fan, output: 7, pulse: [1000 us, 2000 us], \
    limits: {position: [0, 1], rate: 1 /s, slew: 10 /s2}}
    relays:
      - {name: lamp, line: LAMP}
    encoders:
      - {motor: left, a: LEFT_A, b: LEFT_B, counts_per_turn: 1440, wheel_diameter: 65 mm}
    power:
      - {name: battery, chip: ina219, bus: i2c-1, address: 0x45, shunt: 100 mOhm, \
    max_current: 3.2 A, low: 6.6 V}
      - {name: cell, chip: ads1115, bus: i2c-1, address: 0x48, channel: 0, upper: 30 kOhm, \
    lower: 10 kOhm}
    grids:
      - {name: heat, chip: amg8833, bus: i2c-1, address: 0x69, rate: 10 Hz, interrupt: GRID_INT}
    actions:
      - {name: left, motors: [left, fan]}
      - {name: right, motors: [right]}

    """
}
