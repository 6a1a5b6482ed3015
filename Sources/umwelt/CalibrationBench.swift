// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Codecs
import Devices
import Quantities
import Runtime
import Simulation
import Twin

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
  private let described: BoardDescription.IMU
  private var injections: [Injection]
  private var heardAt: Instant

  /// - Parameter needsCamera: open the camera too.
  init(
    _ board: BoardDescription, options: CalibrateOptions, hand: HandOptions,
    needsCamera: Bool = false
  ) throws(CalibrateError) {
    let hardware: any Hardware
    switch board.machine {
    case .simulated:
      let world = HandWorld(room: SimulatedRun.room, seed: options.seed, flaw: hand.flaw)
      let machine = SimulatedMachine(
        world: world, wiring: MachineWiring(board), seed: options.seed,
        pace: options.realTime ? .realTime : .lockstep)
      do throws(InjectionError) {
        for injection in hand.injections where injection.atS == 0 {
          try machine.inject(injection.fault, into: injection.part)
        }
      } catch { throw .injection(error) }
      hardware = machine
      self.hand = world
    case .linux:
      do throws(HardwareError) { hardware = try board.hardware() } catch {
        throw .part(.hardware(error))
      }
      self.hand = nil
    }
    self.hardware = hardware
    clock = hardware.clock
    (described, injections) = (board.imu, hand.injections)
    heardAt = clock.now
    do {
      imu = try board.imu.chip.driver(
        device: I2CDevice(bus: try hardware.i2cBus(board.imu.bus), address: board.imu.address),
        dataReady: try board.imu.interruptLine.map { try hardware.edgeLine($0, .rising) },
        settings: board.imu.settings, firmware: try board.imuFirmware())
      camera = needsCamera ? try board.camera.map { try hardware.frameSource($0.name) } : nil
      try imu.start(clock: clock)
    } catch let error as DeviceError {
      throw .part(.device(error))
    } catch let error as HardwareError {
      throw .part(.hardware(error))
    } catch let error as FileError {
      throw .file(error)
    } catch {
      preconditionFailure("an untyped error from a driver: \(error)")
    }
  }

  /// Waits a moment and hands over what the IMU has since.
  func listen(_ each: (InertialSample) -> Void) throws(CalibrateError) {
    clock.sleep(until: clock.now + Self.look)
    try inject()
    var isHeard = false
    do throws(DeviceError) {
      try imu.drain {
        isHeard = true
        each(described.inBody($0))
      }
    } catch { throw .part(.device(error)) }
    if isHeard { heardAt = clock.now }
    guard (clock.now - heardAt).seconds < Self.silenceS else {
      throw .part(
        .device(
          .notReady(
            chip: described.chip.traits.name, bus: described.bus, address: described.address,
            waitingFor: "samples", afterS: Self.silenceS)))
    }
  }

  func temperatureC() throws(CalibrateError) -> Double {
    do throws(DeviceError) { return try imu.temperatureC() } catch {
      throw .part(.device(error))
    }
  }

  /// Breaks the parts of a simulated machine whose time has come.
  private func inject() throws(CalibrateError) {
    let nowS = clock.now.seconds
    do throws(InjectionError) {
      for injection in injections where nowS >= injection.atS {
        try (hardware as? SimulatedMachine)?.inject(injection.fault, into: injection.part)
      }
    } catch { throw .injection(error) }
    injections.removeAll { nowS >= $0.atS }
  }
}

extension BoardDescription.IMU {
  /// A sample along the robot's axes.
  fileprivate func inBody(_ sample: InertialSample) -> InertialSample {
    InertialSample(
      at: sample.at, gyroRadS: axes.body(sample.gyroRadS), accelMS2: axes.body(sample.accelMS2),
      magneticT: sample.magneticT.map { axes.body($0) })
  }
}
