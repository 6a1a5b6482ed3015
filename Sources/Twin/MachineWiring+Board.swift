// SPDX-License-Identifier: Apache-2.0
import Board
import Devices
import Quantities
import Simulation

extension MachineWiring {
  /// The simulated electronics wired exactly as the board file says.
  ///
  /// - Parameter servoStops: where the mechanisms stop the servos, of their pulse range as -1...1.
  /// Precondition: a PWM chip, which the loop's body asks for too.
  public init(
    _ board: BoardDescription, servoStops: ClosedRange<Double> = Servo.stops
  ) {
    guard let pwm = board.pwm else { preconditionFailure("\(board.name) has no PWM chip") }
    self.init(
      imuChip: board.imu.chip.rawValue, imuBus: board.imu.bus, imuAddress: board.imu.address,
      imuInterrupt: board.imu.interruptLine ?? "", imuAxes: board.imu.axes, pwmBus: pwm.bus,
      pwmAddress: pwm.address, outputEnableLine: pwm.outputEnableLine,
      standbyLine: board.motorDriver?.standbyLine ?? "",
      motors: board.motors.map { motor in
        Motor(
          pwm: motor.pwm?.channel ?? 0, in1: motor.in1.channel ?? 0, in2: motor.in2.channel ?? 0,
          isInverted: motor.isInverted)
      },
      camera: board.camera.map {
        (
          name: $0.name, width: $0.widthPx, height: $0.heightPx,
          period: Interval(seconds: 1 / $0.rateHz)
        )
      })
    (triggerLine, strobeLine) = (board.camera?.triggerLine, board.camera?.strobeLine)
    stopLine = board.safety.emergencyStopLine
    servos = board.servos.compactMap { servo in
      servo.output.channel.map {
        Servo(channel: $0, pulseUs: servo.pulsesUs(at: servoStops))
      }
    }
    monitors = board.power.compactMap { Monitor($0) }
    battery = Battery(board.power)
    encoders = board.encoders.compactMap { encoder in
      board.motors.firstIndex { $0.name == encoder.motor }.map {
        Encoder(
          wheel: $0, a: encoder.aLine, b: encoder.bLine, countsPerTurn: encoder.countsPerTurn,
          wheelDiameterM: encoder.wheelDiameterM, isInverted: encoder.isInverted)
      }
    }
    grids = board.grids.map {
      Grid(
        chip: $0.chip.rawValue, bus: $0.bus, address: $0.address,
        firmware: Array(FirmwareFile.simulated(bytes: $0.chip.traits.firmwareBytes ?? 0).bytes))
    }
  }
}

extension MachineWiring.Monitor {
  /// Nil where the board lacks what the chip needs.
  fileprivate init?(_ power: BoardDescription.Power) {
    let input: Input
    if let ohm = power.shuntOhm {
      input = .shunt(ohm: ohm)
    } else if let channel = power.channel, let upper = power.upperOhm, let lower = power.lowerOhm {
      input = .divider(channel: channel, ratio: (upper + lower) / lower)
    } else {
      return nil
    }
    self.init(chip: power.chip.rawValue, bus: power.bus, address: power.address, input: input)
  }
}

extension Battery {
  /// How far a charged battery is above the voltage from which on it counts as empty.
  private static let charge = 1.2

  /// A charged one that suits what watches it.
  fileprivate init(_ power: [BoardDescription.Power]) {
    self.init()
    if let lowV = power.compactMap(\.lowV).max() { openCircuitV = Self.charge * lowV }
    for one in power { openCircuitV = min(openCircuitV, one.maxVoltageV) }
  }
}

extension BoardDescription {
  /// What its grid sensors take for their programs when they are simulated, by their names.
  public var simulatedFirmware: [String: FirmwareFile] {
    var files: [String: FirmwareFile] = [:]
    for grid in grids {
      files[grid.name] = grid.chip.traits.firmwareBytes.map { .simulated(bytes: $0) }
    }
    return files
  }
}

extension FirmwareFile {
  /// What a simulated chip takes for the program that a real one needs.
  fileprivate static func simulated(bytes count: Int) -> FirmwareFile {
    FirmwareFile(
      path: "(simulated)", bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) })
  }
}

extension BoardDescription.Servo {
  /// The pulses at these places of its range, which is -1...1.
  fileprivate func pulsesUs(at places: ClosedRange<Double>) -> ClosedRange<Double> {
    let (middle, half) = (
      5e5 * (pulseS.lowerBound + pulseS.upperBound), 5e5 * (pulseS.upperBound - pulseS.lowerBound)
    )
    return (middle + half * places.lowerBound)...(middle + half * places.upperBound)
  }
}
