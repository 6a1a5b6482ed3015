// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Devices
import Quantities
import Simulation

/// The machine to calibrate in somebody's hands, and its IMU, running.
///
/// Only the IMU and the camera are opened: no motor driver is touched, so nothing can move.
final class CalibrationBench {
  /// Patience with an IMU that gives nothing.
  static let silenceS = 1.0
  /// How often the IMU is looked at; its FIFO holds more than ten times that.
  private static let look = Interval(nanoseconds: 10_000_000)

  let clock: any Clock
  let imu: any InertialSensor
  let camera: (any FrameSource)?
  /// Does what a person is asked to do; nil where there is a person.
  let hand: HandWorld?
  /// Its parts do not keep it alive.
  private let hardware: any Hardware
  private let chip: String
  private var heardAt: Instant

  /// - Parameter needsCamera: open the camera too.
  init(
    _ board: BoardDescription, options: CalibrateOptions, flaw: HandWorld.Flaw?,
    needsCamera: Bool = false
  ) throws(CalibrateError) {
    let hardware: any Hardware
    switch board.machine {
    case .simulated:
      let world = HandWorld(room: SimulatedRun.room, seed: options.seed, flaw: flaw)
      hardware = SimulatedMachine(
        world: world, wiring: MachineWiring(board), seed: options.seed,
        pace: options.realTime ? .realTime : .lockstep)
      hand = world
    case .linux:
      // The real machine goes here: `hardware = LinuxHardware(...)`, `hand = nil`.
      throw .noHardware(board: board.name)
    }
    self.hardware = hardware
    clock = hardware.clock
    chip = board.imu.chip.traits.name
    heardAt = clock.now
    do {
      imu = try board.imu.chip.driver(
        device: I2CDevice(bus: try hardware.i2cBus(board.imu.bus), address: board.imu.address),
        dataReady: try hardware.edgeLine(board.imu.interruptLine, .rising),
        settings: board.imu.settings)
      camera = needsCamera ? try board.camera.map { try hardware.frameSource($0.name) } : nil
      try imu.start(clock: clock)
    } catch let error as DeviceError {
      throw .device(error)
    } catch let error as HardwareError {
      throw .hardware(error)
    } catch {
      preconditionFailure("an untyped error from a driver: \(error)")
    }
  }

  /// Waits a moment and hands over what the IMU has since.
  func listen(_ each: (InertialSample) -> Void) throws(CalibrateError) {
    clock.sleep(until: clock.now + Self.look)
    var isHeard = false
    do throws(DeviceError) {
      try imu.drain {
        isHeard = true
        each($0)
      }
    } catch { throw .device(error) }
    if isHeard { heardAt = clock.now }
    guard (clock.now - heardAt).seconds < Self.silenceS else {
      throw .silent(chip: chip, afterS: Self.silenceS)
    }
  }

  func temperatureC() throws(CalibrateError) -> Double {
    do throws(DeviceError) { return try imu.temperatureC() } catch { throw .device(error) }
  }
}
