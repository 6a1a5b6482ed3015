// SPDX-License-Identifier: Apache-2.0
import Devices

extension BoardDescription {
  /// What drives each motor, servo and ESC, and whether it can.
  static func checkOutputs(_ file: Section, _ log: ProblemLog) {
    let motors = file.all(Keys.motors)
    checkDriver(file, motors, log)
    let servos = file.all(Keys.servos).map { ($0, Servo.Keys.output, Servo.Keys.pulse) }
    let escs = file.all(Keys.escs).map { ($0, ESC.Keys.output, ESC.Keys.pulse) }
    for (section, output, pulse) in servos + escs {
      requirePWM(section, output, file, log)
      checkPulse(section, output, pulse, file, log)
    }
    checkChannels(file, log)
    let limits =
      motors.map { $0.find(Motor.Keys.limits) }
      + file.all(Keys.servos).map { $0.find(Servo.Keys.limits) }
      + file.all(Keys.escs).map { $0.find(ESC.Keys.limits) }
    for limits in limits.compactMap({ $0?.value }) { checkRest(limits, log) }
  }

  /// Every output of the file with its section, in the file's order.
  static func outputs(_ file: Section) -> [(section: Section, key: Key<OutputName>)] {
    file.all(Keys.motors).flatMap { motor in
      [Motor.Keys.pwm, Motor.Keys.in1, Motor.Keys.in2].map { (motor, $0) }
    } + file.all(Keys.servos).map { ($0, Servo.Keys.output) }
      + file.all(Keys.escs).map { ($0, ESC.Keys.output) }
  }

  private static func checkRest(_ limits: Section, _ log: ProblemLog) {
    guard let command = limits.find(SetPointLimits.Keys.position), !command.value.contains(0) else {
      return
    }
    log.add(
      .conflict, at: command.place,
      "\(limits.name(SetPointLimits.Keys.position)): 0 is not between the two, so the motor cannot "
        + "rest",
      "Choose a low of 0 or less and a high of 0 or more.")
  }

  /// What the chip wants of its motors' inputs.
  private static func checkDriver(_ file: Section, _ motors: [Section], _ log: ProblemLog) {
    guard let driver = file.find(Keys.motorDriver)?.value else {
      if let place = file.place(of: Keys.motors), file.place(of: Keys.motorDriver) == nil {
        log.add(
          .missingKey, at: place, "the motors have no 'motor_driver'",
          "A chip must power them. Add it, for example 'motor_driver: "
            + "\(MotorDriver.table.example)'.")
      }
      return
    }
    guard let traits = driver.find(MotorDriver.Keys.chip)?.value.traits else { return }
    if traits.faultPin == nil, let fault = driver.place(of: MotorDriver.Keys.fault) {
      log.add(
        .conflict, at: fault, "motor_driver.fault: the \(traits.name) has no fault pin",
        "Remove this line, or choose the drv8833.")
    }
    if let decay = driver.find(MotorDriver.Keys.decay), !traits.decays.contains(decay.value) {
      log.add(
        .conflict, at: decay.place,
        "motor_driver.decay: the \(traits.name) has no \(decay.value.rawValue) decay",
        "It offers \(choices(traits.decays.map(\.rawValue))).")
    }
    if motors.count > traits.bridges {
      log.add(
        .conflict, at: motors[traits.bridges].place,
        "\(motors.count) motors, but the \(traits.name) powers \(traits.bridges)",
        "Wire two motors that turn together to one bridge, or leave some out.")
    }
    for motor in motors { checkInputs(motor, traits, file, log) }
  }

  private static func checkInputs(
    _ motor: Section, _ traits: BridgeTraits, _ file: Section, _ log: ProblemLog
  ) {
    let place = motor.place(of: Motor.Keys.pwm)
    if traits.hasPWMInput {
      if place == nil {
        log.add(
          .missingKey, at: motor.place, "\(motor.path) has no 'pwm'",
          "The \(traits.name) takes a motor's power on its PWM pin: add it, for example 'pwm: 0'.")
      }
      return requirePWM(motor, Motor.Keys.pwm, file, log)
    }
    if let place {
      log.add(
        .conflict, at: place, "\(motor.name(Motor.Keys.pwm)): the \(traits.name) has no PWM pin",
        "It takes a motor's power on in1 and in2: remove this key.")
    }
    requirePWM(motor, Motor.Keys.in1, file, log)
    requirePWM(motor, Motor.Keys.in2, file, log)
  }

  /// A plain line is on or off: it cannot set a power or make a pulse.
  private static func requirePWM(
    _ section: Section, _ key: Key<OutputName>, _ file: Section, _ log: ProblemLog
  ) {
    guard let output = section.find(key), case .named(let name) = output.value else { return }
    let names = LineNames(file)
    if case .computerPWM = names.output(output.value) { return }
    let outputs = names.outputs.sorted()
    let hint = nearest(to: name, among: outputs).map { "Did you mean '\($0)'? " } ?? ""
    let there = outputs.isEmpty ? "" : ", or one of the computer's outputs: \(choices(outputs))"
    log.add(
      .unknownReference, at: output.place,
      "\(section.name(key)): no PWM output is called '\(name)'",
      hint + "Write a channel of the PWM chip, 0 to 15\(there).")
  }

  /// Pulses must fit in the cycle, and servos want few of them a second.
  private static func checkPulse(
    _ section: Section, _ output: Key<OutputName>, _ pulse: Key<ClosedRange<Double>>,
    _ file: Section, _ log: ProblemLog
  ) {
    guard case .channel = section.find(output)?.value, let pulse = section.find(pulse),
      let pwm = file.find(Keys.pwm)?.value, let frequency = pwm.find(PWM.Keys.frequency)
    else { return }
    // Source: 333 Hz is the most that digital servos take; analogue ones want 50 Hz.
    let mostHz = min(333, 1 / pulse.value.upperBound)
    guard frequency.value > mostHz else { return }
    log.add(
      .conflict, at: section.find(output)?.place ?? section.place,
      "\(section.path): its pulses cannot come \(plain(frequency.value)) times a second, as "
        + "pwm.frequency says",
      "All channels of the chip share one frequency: write 'frequency: 50 Hz', or use a PWM "
        + "output of the computer.")
  }

  private static func checkChannels(_ file: Section, _ log: ProblemLog) {
    var taken: [Int: (name: String, place: Place)] = [:]
    var isChipMissing = file.place(of: Keys.pwm) == nil
    for (section, key) in outputs(file) {
      guard let output = section.find(key), case .channel(let channel) = output.value else {
        continue
      }
      if isChipMissing {
        isChipMissing = false
        log.add(
          .missingKey, at: output.place,
          "\(section.name(key)): a channel of the PWM chip, but the file has no 'pwm'",
          "Add it, for example 'pwm: \(PWM.table.example)'.")
      }
      if let first = taken[channel] {
        log.add(
          .conflict, at: output.place,
          "\(section.name(key)): PWM channel \(channel) is already used by \(first.name) on "
            + first.place.words(from: output.place),
          "Give each input its own channel, 0 to 15.")
      } else {
        taken[channel] = (section.name(key), output.place)
      }
    }
  }
}
