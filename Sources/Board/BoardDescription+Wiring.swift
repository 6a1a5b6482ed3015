// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// Addresses, channels and lines that must not be shared, and what each motor must be able to do.
  static func checkWiring(_ file: Section, _ log: ProblemLog) {
    checkAddresses(file, log)
    checkLines(file, log)
    let motors = file.find(Keys.motors)?.value ?? []
    checkChannels(motors, log)
    for motor in motors {
      guard let limits = motor.find(Motor.Keys.limits)?.value,
        let command = limits.find(MotorLimits.Keys.position), !command.value.contains(0)
      else { continue }
      log.add(
        .conflict, at: command.place,
        "\(limits.name(MotorLimits.Keys.position)): 0 is not between the two, so the motor cannot "
          + "rest",
        "Choose a low of 0 or less and a high of 0 or more.")
    }
  }

  private static func checkAddresses(_ file: Section, _ log: ProblemLog) {
    let imu = file.find(Keys.imu)?.value
    let pwm = file.find(Keys.pwm)?.value
    guard let imu, let pwm,
      let imuBus = imu.find(IMU.Keys.bus), let pwmBus = pwm.find(PWM.Keys.bus),
      let imuAddress = imu.find(IMU.Keys.address), let pwmAddress = pwm.find(PWM.Keys.address),
      imuBus.value == pwmBus.value, imuAddress.value == pwmAddress.value
    else { return }
    let (first, second) =
      imuAddress.place < pwmAddress.place ? (imuAddress, pwmAddress) : (pwmAddress, imuAddress)
    log.add(
      .conflict, at: second.place,
      "the imu and the pwm chip are both at \(Shape.written(Int(second.value), true)) of "
        + "\(imuBus.value), the first on line \(first.place.line)",
      "Change one chip's address straps, or move it to another bus.")
  }

  private static func checkLines(_ file: Section, _ log: ProblemLog) {
    guard let interrupt = file.find(Keys.imu)?.value.find(IMU.Keys.interrupt),
      let standby = file.find(Keys.motorDriver)?.value.find(MotorDriver.Keys.standby),
      interrupt.value == standby.value
    else { return }
    log.add(
      .conflict, at: max(interrupt.place, standby.place),
      "the line '\(standby.value)' is both imu.interrupt and motor_driver.standby",
      "Give each its own GPIO line.")
  }

  private static func checkChannels(_ motors: [Section], _ log: ProblemLog) {
    var taken: [Int: (name: String, line: Int)] = [:]
    for motor in motors {
      for key in [Motor.Keys.pwm, Motor.Keys.in1, Motor.Keys.in2] {
        guard let channel = motor.find(key) else { continue }
        if let first = taken[channel.value] {
          log.add(
            .conflict, at: channel.place,
            "\(motor.name(key)): PWM channel \(channel.value) is already used by \(first.name) on "
              + "line \(first.line)",
            "Give each input of the motor driver its own channel, 0 to 15.")
        } else {
          taken[channel.value] = (motor.name(key), channel.place.line)
        }
      }
    }
  }
}
