// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Devices
import Quantities

/// What a robot senses beside its IMU and its camera's pictures.
public final class BodySensors {
  /// A chip that watches a supply, and the supply's limits.
  public struct Supply {
    public let monitor: any PowerMonitor
    /// Below this voltage it is empty, above this current it is overloaded; nil for no limit.
    public let lowV, highA: Double?
    /// How often there is something new.
    public let period: Interval
  }

  /// An encoder on a driven wheel.
  public struct Wheel {
    public let encoder: QuadratureEncoder
    /// The motor's set point.
    public let index: Int
    public let radiusM: Double
  }

  public let supplies: [Supply]
  public let grids: [any GridSensor]
  public let wheels: [Wheel]
  public let stop: StopSwitch?
  public let strobe: FrameStrobe?
  public let trigger: FrameTrigger?
  /// Every chip of them was found and set up; before that nobody may ask them.
  package private(set) var hasStarted = false

  /// None of them.
  package init() {
    (supplies, grids, wheels, stop, strobe, trigger) = ([], [], [], nil, nil, nil)
  }

  /// Checks and configures the chips; the trigger sends its first pulse with the next tick.
  func start(clock: any Clock) throws(DeviceError) {
    hasStarted = false
    for supply in supplies { try supply.monitor.start(clock: clock) }
    for grid in grids { try grid.start(clock: clock) }
    try trigger?.start(now: clock.now)
    hasStarted = true
  }

  /// The drivers of what the board describes.
  /// - Parameter firmware: the files of grid sensors that need one, by their names on the board.
  init(
    board: BoardDescription, hardware: any Hardware, firmware: [String: FirmwareFile]
  ) throws {
    supplies = try board.power.map { try Self.supply($0, hardware) }
    grids = try board.grids.map { try Self.grid($0, hardware, firmware[$0.name]) }
    wheels = try board.encoders.compactMap { try Self.wheel($0, board, hardware) }
    stop = try board.safety.emergencyStopLine.map { StopSwitch(line: try hardware.inputLine($0)) }
    let rateHz = board.camera?.rateHz ?? 1
    strobe = try board.camera?.strobeLine.map {
      FrameStrobe(line: try hardware.edgeLine($0, .rising), rateHz: rateHz)
    }
    trigger = try board.camera?.triggerLine.map {
      FrameTrigger(line: try hardware.outputLine($0), rateHz: rateHz, widthS: Self.pulseS)
    }
  }
}

extension BodySensors {
  /// Conversions that a chip averages: they span the bursts of motors and servos, and end well
  /// within `shuntPeriod`.
  private static let averages = 16
  /// 16 averages take an INA219 17 ms and an INA226 35 ms (their data sheets).
  package static let shuntPeriod = Interval(nanoseconds: 50_000_000)
  /// An ADS1115 at its slowest and quietest converts in 125 ms.
  package static let dividerPeriod = Interval(nanoseconds: 125_000_000)
  /// A pulse as short as the loop can make it: it is low again in the next tick.
  private static let pulseS = 1e-3

  private static func supply(
    _ power: BoardDescription.Power, _ hardware: any Hardware
  ) throws -> Supply {
    Supply(
      monitor: try power.chip.driver(
        device: I2CDevice(bus: try hardware.i2cBus(power.bus), address: power.address),
        settings: try settings(power)),
      lowV: power.lowV, highA: power.highA ?? power.maxCurrentA,
      period: power.chip.traits.measuresCurrent ? shuntPeriod : dividerPeriod)
  }

  private static func grid(
    _ grid: BoardDescription.Grid, _ hardware: any Hardware, _ firmware: FirmwareFile?
  ) throws -> any GridSensor {
    var settings = GridSettings(rows: grid.rows, columns: grid.columns, rateHz: grid.rateHz)
    (settings.emissivity, settings.firmware) = (grid.emissivity, firmware)
    return try grid.chip.driver(
      device: I2CDevice(bus: try hardware.i2cBus(grid.bus), address: grid.address),
      settings: settings)
  }

  /// Nil where its motor is not driven, as in a trial of other parts.
  private static func wheel(
    _ encoder: BoardDescription.Encoder, _ board: BoardDescription, _ hardware: any Hardware
  ) throws -> Wheel? {
    guard let index = board.motors.firstIndex(where: { $0.name == encoder.motor }) else {
      return nil
    }
    let driver = QuadratureEncoder(
      a: try hardware.edgeLine(encoder.aLine, .both),
      b: try hardware.edgeLine(encoder.bLine, .both),
      settings: .init(countsPerTurn: encoder.countsPerTurn, isInverted: encoder.isInverted))
    return Wheel(encoder: driver, index: index, radiusM: encoder.wheelDiameterM / 2)
  }

  private static func settings(_ power: BoardDescription.Power) throws -> PowerSettings {
    if let shuntOhm = power.shuntOhm, let maxCurrentA = power.maxCurrentA {
      return .shunt(
        ShuntSettings(
          shuntOhm: shuntOhm, maxCurrentA: maxCurrentA, maxVoltageV: power.maxVoltageV,
          averages: averages))
    }
    let inputs: [AnalogInput] = [.a0, .a1, .a2, .a3]
    guard let channel = power.channel, inputs.indices.contains(channel),
      let upperOhm = power.upperOhm, let lowerOhm = power.lowerOhm
    else {
      throw StartError.noDriver("power '\(power.name)' without a shunt or a divider")
    }
    return .divider(
      DividerSettings(
        input: inputs[channel], upperOhm: upperOhm, lowerOhm: lowerOhm,
        maxVoltageV: power.maxVoltageV))
  }
}
