// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Devices
import Quantities
import Safety

/// The robot's devices, made from its board description and whatever hardware offers the lines.
public final class Body {
  public let clock: any Clock
  /// How the computer is; nil where nobody looks.
  public let computer: (any ComputerHealth)?
  public let imu: any InertialSensor
  public let camera: (any FrameSource)?
  public let motors: any Actuators
  public let sensors: BodySensors

  /// - Parameters:
  ///   - imuFirmware: the file of an IMU that needs one.
  ///   - gridFirmware: the files of grid sensors that need one, by their names on the board.
  public init(
    board: BoardDescription, hardware: any Hardware, imuFirmware: FirmwareFile? = nil,
    gridFirmware: [String: FirmwareFile] = [:]
  ) throws(StartError) {
    do {
      clock = hardware.clock
      computer = hardware.computer
      imu = try board.imu.chip.driver(
        device: I2CDevice(bus: try hardware.i2cBus(board.imu.bus), address: board.imu.address),
        dataReady: try board.imu.interruptLine.map { try hardware.edgeLine($0, .rising) },
        settings: board.imu.settings, firmware: imuFirmware)
      camera = try board.camera.map { try hardware.frameSource($0.name) }
      motors = try Self.motors(board: board, hardware: hardware)
      sensors = try BodySensors(board: board, hardware: hardware, firmware: gridFirmware)
    } catch let error as DeviceError {
      throw .device(error)
    } catch let error as HardwareError {
      throw .hardware(error)
    } catch let error as StartError {
      throw error
    } catch {
      preconditionFailure("an untyped error from a driver: \(error)")
    }
    if let asked = board.camera, let camera,
      asked.widthPx != camera.width || asked.heightPx != camera.height
    {
      throw .cameraSize(
        camera.name, asked: "\(asked.widthPx)x\(asked.heightPx)",
        has: "\(camera.width)x\(camera.height)")
    }
  }

  /// Outputs off first, then every chip checked and configured.
  public func start() throws(StartError) {
    do throws(DeviceError) {
      try motors.start(clock: clock)
      try sensors.start(clock: clock)
      try imu.start(clock: clock)
    } catch {
      motors.stop()
      throw .device(error)
    }
  }
}

/// Why the robot did not start. Nothing has moved.
public enum StartError: Error, CustomStringConvertible {
  case device(DeviceError)
  case hardware(HardwareError)
  case cameraSize(String, asked: String, has: String)
  /// The board describes a part that no driver moves yet.
  case noDriver(String)
  /// The model was trained for another robot.
  case modelMismatch(model: String, what: String)
  /// The IMU was not still long enough to calibrate.
  case notStill(String)

  /// Whether the hardware refused, rather than a file being wrong.
  public var isHardware: Bool {
    switch self {
    case .device, .notStill: true
    case .hardware(let error): error.reason != nil
    case .cameraSize, .noDriver, .modelMismatch: false
    }
  }

  public var description: String {
    switch self {
    case .device(let error): "\(error)"
    case .hardware(let error): "\(error)"
    case .cameraSize(let name, let asked, let has):
      "camera \(name): board.yaml asks for \(asked), the camera gives \(has). Correct board.yaml."
    case .noDriver(let parts):
      "\(parts): there is no driver for them yet. Leave them out of board.yaml."
    case .modelMismatch(let model, let what):
      "\(model): \(what). Train a model for this board (tools/train/train) or choose its own."
    case .notStill(let why): "gyro calibration at start: \(why)"
    }
  }
}
