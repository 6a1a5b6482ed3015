// SPDX-License-Identifier: Apache-2.0
import Quantities

/// How the simulated robot is wired; the same facts that a real board's `board.yaml` states.
public struct MachineWiring: Sendable {
  public struct Motor: Sendable {
    public var pwm, in1, in2: Int
    public var isInverted: Bool

    public init(pwm: Int, in1: Int, in2: Int, isInverted: Bool) {
      (self.pwm, self.in1, self.in2, self.isInverted) = (pwm, in1, in2, isInverted)
    }
  }

  /// As board.yaml names it.
  public var imuChip: String
  public var imuBus: String
  public var imuAddress: UInt8
  public var imuInterrupt: String
  /// How the IMU is turned in the robot.
  public var imuAxes: AxisMap
  public var pwmBus: String
  public var pwmAddress: UInt8
  /// The line of the PWM chip's OE pin, pulled up; nil where the pin is tied to ground.
  public var outputEnableLine: String?
  public var standbyLine: String
  /// Left, then right.
  public var motors: [Motor]
  public var camera: (name: String, width: Int, height: Int, period: Interval)?
  /// The lines that start the camera's exposures and that are high during them.
  public var triggerLine: String?
  public var strobeLine: String?
  /// Hobby servos on the PWM chip.
  public var servos: [Servo] = []
  /// What measures the supply.
  public var monitors: [Monitor] = []
  public var battery = Battery()
  public var encoders: [Encoder] = []
  public var grids: [Grid] = []
  /// The emergency stop: a normally-closed contact to ground.
  public var stopLine: String?

  public struct Servo: Sendable {
    /// Of its pulse range, as -1...1: where the simulated mechanism stops it.
    public static let stops = -0.7...0.8

    public var channel: Int
    /// The pulses at which it stands on its stops.
    public var pulseUs: ClosedRange<Double>

    public init(channel: Int, pulseUs: ClosedRange<Double>) {
      (self.channel, self.pulseUs) = (channel, pulseUs)
    }
  }

  public struct Monitor: Sendable {
    /// How the supply reaches the chip.
    public enum Input: Sendable {
      case shunt(ohm: Double)
      /// Supply voltage over input voltage.
      case divider(channel: Int, ratio: Double)
    }

    /// As board.yaml names it: ina219, ina226 or ads1115.
    public var chip: String
    public var bus: String
    public var address: UInt8
    public var input: Input

    public init(chip: String, bus: String, address: UInt8, input: Input) {
      (self.chip, self.bus, self.address, self.input) = (chip, bus, address, input)
    }
  }

  public struct Encoder: Sendable {
    /// 0 is the left motor's wheel, 1 the right's.
    public var wheel: Int
    public var a, b: String
    public var countsPerTurn: Int
    public var wheelDiameterM: Double
    /// Turning forward, B leads.
    public var isInverted: Bool

    public init(
      wheel: Int, a: String, b: String, countsPerTurn: Int, wheelDiameterM: Double,
      isInverted: Bool
    ) {
      (self.wheel, self.a, self.b, self.countsPerTurn) = (wheel, a, b, countsPerTurn)
      (self.wheelDiameterM, self.isInverted) = (wheelDiameterM, isInverted)
    }
  }

  public struct Grid: Sendable {
    /// As board.yaml names it: mlx90640, amg8833 or vl53l5cx.
    public var chip: String
    public var bus: String
    public var address: UInt8
    /// The program without which a VL53L5CX does not start.
    public var firmware: [UInt8]

    public init(chip: String, bus: String, address: UInt8, firmware: [UInt8] = []) {
      (self.chip, self.bus, self.address, self.firmware) = (chip, bus, address, firmware)
    }
  }

  public init(
    imuChip: String = "mpu6050", imuBus: String, imuAddress: UInt8, imuInterrupt: String,
    imuAxes: AxisMap = .identity, pwmBus: String, pwmAddress: UInt8,
    outputEnableLine: String? = nil, standbyLine: String, motors: [Motor],
    camera: (name: String, width: Int, height: Int, period: Interval)?
  ) {
    (self.imuChip, self.imuBus) = (imuChip, imuBus)
    (self.imuAddress, self.imuInterrupt) = (imuAddress, imuInterrupt)
    (self.pwmBus, self.pwmAddress, self.standbyLine) = (pwmBus, pwmAddress, standbyLine)
    (self.imuAxes, self.outputEnableLine) = (imuAxes, outputEnableLine)
    (self.motors, self.camera) = (motors, camera)
  }
}
