// SPDX-License-Identifier: Apache-2.0
import Board
import Quantities
import Simulation

extension MachineWiring {
  /// The simulated electronics wired exactly as the board file says.
  ///
  /// - Parameter servoStops: where the mechanisms stop the servos, of their pulse range as -1...1.
  /// Precondition: a PWM chip, which the loop's body asks for too.
  init(_ board: BoardDescription, servoStops: ClosedRange<Double> = Servo.stops) {
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
    servos = board.servos.compactMap { servo in
      servo.output.channel.map {
        Servo(channel: $0, pulseUs: servo.pulsesUs(at: servoStops))
      }
    }
    monitor = board.power.first { $0.chip.traits.measuresCurrent }.flatMap { power in
      power.shuntOhm.map {
        Monitor(chip: power.chip.rawValue, bus: power.bus, address: power.address, shuntOhm: $0)
      }
    }
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
