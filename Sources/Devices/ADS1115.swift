// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// Texas Instruments ADS1115, four analog inputs, 16 bits. Source: SBAS444D, section numbers below.
/// Registers of 16 bits, the high byte first.
///
/// | register | number | what we use |
/// |---|---|---|
/// | conversion | 0x00 | signed, range / 32768; 0x7FFF and 0x8000 are clipped (9.5.4, 9.6.2) |
/// | config | 0x01 | 15 start, and reads 1 when idle; 14:12 input; 11:9 range; 8 single-shot; |
/// | | | 7:5 rate; 1:0 = 0 ready pulse, 3 none (9.6.3) |
/// | Lo_thresh, Hi_thresh | 0x02, 0x03 | 0x8000, 0x7FFF after reset; |
/// | | | 0x0000, 0x8000 make ALERT/RDY pulse (9.3.8) |
///
/// There is no identity register. Thresholds as after a reset or as set here, and a configuration
/// that stays, are the evidence; nothing is written before the first of these holds.
public final class ADS1115: AnalogConverter {
  static let ranges = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256]
  static let rates = [8.0, 16, 32, 64, 128, 250, 475, 860]
  static let addresses: [UInt8] = [0x48, 0x49, 0x4A, 0x4B]
  static let powerTraits = PowerTraits(
    name: "ADS1115", addresses: addresses, identity: nil, measuresCurrent: false, maxShuntV: nil,
    // 7.3: its supply has 5.5 V at most, and no input may pass its supply.
    maxVoltageV: 5.5, averages: [])

  public let name = "ADS1115"
  public let rateHz: Double
  private let chip: RegisterChip
  private let settings: ConverterSettings
  private let ready: (any EdgeLine)?
  private let base: UInt16
  private let period: Interval
  private var clock: (any Clock)?
  private var input = 0
  private var lastAt = Instant.zero

  /// - Parameter ready: the line of ALERT/RDY, whose falling edges time continuous conversions.
  /// - Throws: `DeviceError.unsupported` when the chip cannot be set up so.
  public init(
    device: I2CDevice, settings: ConverterSettings, ready: (any EdgeLine)? = nil
  ) throws(DeviceError) {
    func refusal(_ setting: String, _ asked: String, _ possible: String) -> DeviceError {
      .unsupported(chip: "ADS1115", setting: setting, asked: asked, possible: possible)
    }
    func list(_ values: [Double]) -> String { values.map { "\($0)" }.joined(separator: ", ") }
    guard let range = Self.ranges.firstIndex(of: settings.rangeV) else {
      throw refusal("range", "\(settings.rangeV) V", list(Self.ranges) + " V")
    }
    guard let rate = Self.rates.firstIndex(of: settings.rateHz) else {
      throw refusal("rate", "\(settings.rateHz) Hz", list(Self.rates) + " Hz")
    }
    let isContinuous = settings.mode == .continuous
    guard !settings.inputs.isEmpty, !isContinuous || settings.inputs.count == 1 else {
      throw refusal(
        "inputs", "\(settings.inputs.count) in mode \(settings.mode.rawValue)",
        "one in continuous mode, one or more in single-shot mode")
    }
    chip = RegisterChip(name: "ADS1115", device: device)
    (self.settings, self.ready, rateHz) = (settings, ready, settings.rateHz)
    base =
      UInt16(range) << 9 | (isContinuous ? 0 : 0x0100) | UInt16(rate) << 5
      | (ready == nil ? 0x0003 : 0)
    period = Interval(seconds: 1 / settings.rateHz)
  }

  public func start(clock: any Clock) throws(DeviceError) {
    let high = try chip.readBigEndian(0x03)
    let low = try chip.readBigEndian(0x02)
    guard (high, low) == (0x7FFF, 0x8000) || (high, low) == (0x8000, 0x0000) else {
      throw chip.wrongWord(0x7FFF, at: 0x03, found: high, looksLike: nil)
    }
    if ready != nil {
      try chip.writeCheckedBigEndian(0x0000, to: 0x02)
      try chip.writeCheckedBigEndian(0x8000, to: 0x03)
    }
    (self.clock, input, lastAt) = (clock, 0, clock.now)
    try chip.writeCheckedBigEndian(configuration, to: 0x01, mask: 0x7FFF)
    // The first conversion may still be one of the former configuration's.
    if settings.mode == .continuous { lastAt = lastAt + period }
  }

  public func latest() throws(DeviceError) -> VoltageReading? {
    guard let clock else { preconditionFailure("start before latest") }
    switch settings.mode {
    case .singleShot: return try latestSingle(now: clock.now)
    case .continuous: return try latestContinuous(now: clock.now)
    }
  }

  private var configuration: UInt16 {
    base | UInt16(settings.inputs[input].multiplexer) << 12 | 0x8000
  }

  /// The conversion that was started last, when it is done; starts the next input's.
  private func latestSingle(now: Instant) throws(DeviceError) -> VoltageReading? {
    let config = try chip.readBigEndian(0x01)
    try requireConfiguration(config)
    guard config & 0x8000 != 0 else { return try wait(since: lastAt, now: now) }
    let reading = VoltageReading(at: now, input: input, voltageV: try conversion())
    input = (input + 1) % settings.inputs.count
    lastAt = now
    try chip.writeBigEndian(configuration, to: 0x01)
    return reading
  }

  private func latestContinuous(now: Instant) throws(DeviceError) -> VoltageReading? {
    var at = now
    if let ready {
      var newest: Edge?
      do throws(LineError) {
        while let edge = try ready.nextEdge() { newest = edge }
      } catch { throw .line(error) }
      guard let newest else { return try wait(since: lastAt, now: now) }
      at = newest.at
    } else if now < lastAt + period {
      return nil
    }
    try requireConfiguration(try chip.readBigEndian(0x01))
    lastAt = at
    return VoltageReading(at: at, input: input, voltageV: try conversion())
  }

  private func conversion() throws(DeviceError) -> Double? {
    let counts = Int16(bitPattern: try chip.readBigEndian(0x00))
    guard counts != .max, counts != .min else { return nil }
    return Double(counts) * settings.rangeV / 32768
  }

  /// A chip whose supply dipped is back at its reset values.
  private func requireConfiguration(_ config: UInt16) throws(DeviceError) {
    guard config & 0x7FFF == configuration & 0x7FFF else {
      throw .wordNotAccepted(
        chip: name, bus: chip.device.bus.name, address: chip.device.address, register: 0x01,
        wrote: configuration, read: config)
    }
  }

  /// Ten conversions and a tenth of a second are more than any delay of the bus.
  private func wait(since: Instant, now: Instant) throws(DeviceError) -> VoltageReading? {
    let waitedS = (now - since).seconds
    guard waitedS > 0.1 + 10 * period.seconds else { return nil }
    throw chip.notReady("conversion", afterS: waitedS)
  }
}
