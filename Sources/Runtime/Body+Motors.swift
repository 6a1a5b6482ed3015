// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Devices
import Quantities

extension Body {
  /// The drivers of what moves, in the order of the board's set points.
  ///
  /// Throws: `DeviceError.unsupported` for wiring that a driver cannot use, `HardwareError` for
  /// what the machine does not have.
  static func motors(
    board: BoardDescription, hardware: any Hardware
  ) throws -> any Actuators {
    let sleep = try board.motorDriver.map { try hardware.outputLine($0.standbyLine) }
    let channels = try Channels(board: board, hardware: hardware)
    var members: [any Actuators] = []
    if let driver = board.motorDriver, let sleep {
      let motors = try board.motors.map {
        BridgeMotor(
          pwm: try $0.pwm.map { try channels.motor($0) }, in1: try channels.motor($0.in1),
          in2: try channels.motor($0.in2), isInverted: $0.isInverted)
      }
      members.append(
        try driver.chip.driver(
          motors: motors, sleep: sleep,
          fault: try driver.faultLine.map { try hardware.inputLine($0) }, decay: driver.decay))
    }
    var index = board.motors.count
    for servo in board.servos {
      members.append(
        try Servo(
          channel: try channels.servo(servo.output), settings: servo.settings, index: index))
      index += 1
    }
    for esc in board.escs {
      members.append(
        try ESC(channel: try channels.servo(esc.output), settings: esc.settings, index: index))
      index += 1
    }
    for relay in board.relays {
      members.append(
        Relay(
          channel: .line(try hardware.outputLine(relay.line)), minimumOnS: relay.minimumOnS,
          minimumOffS: relay.minimumOffS, index: index))
      index += 1
    }
    return members.count == 1 ? members[0] : ActuatorGroup(members)
  }
}

/// Where a board's outputs are.
private struct Channels {
  /// What suits brushed motors: above what the windings hum loudest at, below what bridges switch
  /// badly at.
  static let motorPeriod = Interval(nanoseconds: 1_000_000)
  /// 50 Hz, which every hobby servo and ESC takes.
  static let servoPeriod = Interval(nanoseconds: 20_000_000)

  private let chip: PCA9685?
  private let hardware: any Hardware

  init(board: BoardDescription, hardware: any Hardware) throws {
    self.hardware = hardware
    chip = try board.pwm.map { pwm in
      try pwm.chip.traits.check(address: pwm.address, frequencyHz: pwm.frequencyHz)
      return try PCA9685(
        device: I2CDevice(bus: try hardware.i2cBus(pwm.bus), address: pwm.address),
        frequencyHz: pwm.frequencyHz,
        outputEnable: try pwm.outputEnableLine.map {
          try hardware.outputLine($0, restsHigh: true)
        })
    }
  }

  func motor(_ output: BoardDescription.Output) throws -> PWMChannel {
    try channel(output, Self.motorPeriod)
  }

  func servo(_ output: BoardDescription.Output) throws -> PWMChannel {
    try channel(output, Self.servoPeriod)
  }

  private func channel(
    _ output: BoardDescription.Output, _ period: Interval
  ) throws -> PWMChannel {
    switch output {
    case .channel(let channel):
      guard let chip else { throw StartError.noDriver("channels without a PWM chip") }
      return .chip(chip, channel: channel)
    case .computerPWM(let name): return .output(try hardware.pwmOutput(name), period: period)
    case .line(let name): return .line(try hardware.outputLine(name))
    }
  }
}

extension BoardDescription.Servo {
  fileprivate var settings: Servo.Settings {
    Servo.Settings(
      pulseUs: pulseS.lowerBound * 1e6...pulseS.upperBound * 1e6, travelRad: travelRad,
      isInverted: isInverted, restPosition: rest, approachRadS: approachRadS)
  }
}

extension BoardDescription.ESC {
  fileprivate var settings: ESC.Settings {
    ESC.Settings(
      pulseUs: pulseS.lowerBound * 1e6...pulseS.upperBound * 1e6, isTwoWay: isReversible,
      armS: armingS, approachPerS: approachPerS)
  }
}
