// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// ST VL53L5CX, 4 x 4 or 8 x 8 distances by time of flight. ST publishes no register map: what is
/// here follows ST's ULD driver 1.1.2 (BSD-3), step by step: identity (`is_alive`), boot, upload,
/// NVM offsets, crosstalk and configuration (`init`), `set_resolution`, `set_ranging_frequency_hz`,
/// `set_ranging_mode` (continuous), `start_ranging` with one target a zone and only the outputs
/// below, `check_data_ready` and `get_ranging_data`.
///
/// | register | number | what we use |
/// |---|---|---|
/// | page | 0x7FFF | which page the numbers below are on; 2 while it runs |
/// | identity | page 0: 0x00, 0x01 | 0xF0, 0x02 |
/// | upload | pages 9, 10, 11: 0x0000 | 0x8000, 0x8000 and 0x5000 bytes of firmware |
/// | command status | page 2: 0x2C00 | byte 1 = 3 done; byte 2 >= 0x7F failed |
/// | commands | page 2: up to 0x2FFF | blocks (`VL53L5CXCommands`) |
/// | results | page 2: 0x0000 | stream count, flags, then blocks |
///
/// Not verified on a chip: all of it. What the boot's writes mean, what is in the firmware and in
/// the NVM, and whether a shorter list of outputs changes anything else, is ST's knowledge; the
/// fake knows no more than the ULD shows. Left out of the ULD: sleep, stop, further targets of a
/// zone, sharpener, motion, thresholds and crosstalk calibration.
final class VL53L5CX: GridSensor {
  static let traits = GridTraits(
    name: "VL53L5CX", addresses: [0x29],
    identity: ChipIdentity(register: 0x00, registerBytes: 2, value: 0xF002, valueBytes: 2),
    unit: .metres,
    shapes: [
      .init(rows: 4, columns: 4, ratesHz: (1...60).map(Double.init)),
      .init(rows: 8, columns: 8, ratesHz: (1...15).map(Double.init))
    ],
    firmwareBytes: VL53L5CXFirmware.bytes)
  /// 92 ms at 400 kHz; adapters give up after about a second, and i2c-dev carries 8192 bytes.
  private static let burstBytes = 4096
  /// UM2884 table 4: 5 is valid; 6 and 9 are half sure.
  private static let trusted: Set<UInt8> = [5, 6, 9]

  let name = traits.name
  let rows, columns: Int
  let unit = Grid.Unit.metres
  let rateHz: Double
  private let commands: VL53L5CXCommands
  private let firmware: VL53L5CXFirmware
  private var message: [UInt8]
  private var results: [UInt8]
  private var stream: UInt8 = 255
  private var clock: (any Clock)?
  private var lastAt = Instant.zero
  private var sequence: UInt32 = 0

  /// Precondition: the settings passed `traits.check`.
  /// - Throws: `DeviceError.firmware` when the file is absent or not ST's.
  init(device: I2CDevice, settings: GridSettings) throws(DeviceError) {
    (rows, columns, rateHz) = (settings.rows, settings.columns, settings.rateHz)
    firmware = try VL53L5CXFirmware(settings.firmware)
    commands = VL53L5CXCommands(chip: WideChip(name: Self.traits.name, device: device))
    message = [UInt8](repeating: 0, count: Self.burstBytes + 2)
    results = [UInt8](repeating: 0, count: VL53L5CXOutputs.bytes(zones: rows * columns))
  }

  func start(clock: any Clock) throws(DeviceError) {
    let chip = commands.chip
    try chip.writeByte(0x00, to: 0x7FFF)
    let found = try chip.readWord(0x0000)
    guard found == 0xF002 else {
      throw chip.wrongWord(
        0xF002, at: 0x0000, found: found, looksLike: found == 0xF00C ? "VL53L8CX" : nil)
    }
    try commands.run(VL53L5CXBoot.beforeUpload, clock: clock)
    try upload()
    try commands.run(VL53L5CXBoot.afterUpload, clock: clock)
    try commands.configure(firmware, columns: columns, rateHz: UInt8(rateHz), clock: clock)
    try commands.startRanging(zones: rows * columns, clock: clock)
    (stream, self.clock, lastAt) = (255, clock, clock.now)
  }

  func latest(into grid: inout Grid) throws(DeviceError) -> Bool {
    guard let clock else { preconditionFailure("start before latest") }
    let now = clock.now
    try commands.chip.read(0x0000, count: 4, into: &results)
    let isNew =
      results[0] != stream && results[0] != 255 && results[1] == 0x05
      && results[2] & 0x05 == 0x05 && results[3] & 0x10 == 0x10
    guard isNew else {
      let waitedS = (now - lastAt).seconds
      if waitedS > 0.1 + 5 / rateHz { throw commands.chip.notReady("range", afterS: waitedS) }
      return false
    }
    try commands.chip.read(0x0000, count: results.count, into: &results)
    (stream, lastAt) = (results[0], now)
    guard let blocks = VL53L5CXOutputs(results, zones: rows * columns) else {
      throw commands.chip.badData("its results lack distances, targets or status")
    }
    for zone in 0..<rows * columns {
      let isTrusted =
        blocks.targets(zone, results) > 0 && Self.trusted.contains(blocks.status(zone, results))
      grid.set(zone, isTrusted ? blocks.distanceM(zone, results) : nil)
    }
    sequence &+= 1
    (grid.capturedAt, grid.sequence) = (now, sequence)
    return true
  }

  private func upload() throws(DeviceError) {
    var at = 0
    for (page, size) in [(UInt8(9), 0x8000), (10, 0x8000), (11, 0x5000)] {
      try commands.chip.writeByte(page, to: 0x7FFF)
      for offset in stride(from: 0, to: size, by: Self.burstBytes) {
        for i in 0..<Self.burstBytes { message[i + 2] = firmware.program[at + i] }
        try commands.chip.write(&message, count: Self.burstBytes, to: UInt16(offset))
        at += Self.burstBytes
      }
    }
    try commands.chip.writeByte(0x01, to: 0x7FFF)
  }
}

/// What the user's file must hold: ST's firmware, its default configuration and its default
/// crosstalk, one behind the other, as `vl53l5cx_buffers.h` of the ULD has them. (Files that go on
/// with crosstalk for 4 x 4, such as MicroPython's `vl_fw_config.bin`, do as well.)
struct VL53L5CXFirmware {
  static let programBytes = 86_016
  static let configurationBytes = 972
  static let crosstalkBytes = 776
  static let bytes = programBytes + configurationBytes + crosstalkBytes

  let program, configuration, crosstalk: ArraySlice<UInt8>

  init(_ file: FirmwareFile?) throws(DeviceError) {
    func refusal(_ path: String, _ why: String) -> DeviceError {
      .firmware(chip: "VL53L5CX", path: path, why: why)
    }
    guard let file else { throw refusal("(none)", "it is not named, and the chip has none") }
    let first = Self.programBytes
    let second = first + Self.configurationBytes
    guard [Self.bytes, Self.bytes + Self.crosstalkBytes].contains(file.bytes.count) else {
      let hint =
        file.bytes.count == first ? "it lacks the configuration and the crosstalk; " : ""
      throw refusal(file.path, "\(hint)it has \(file.bytes.count) bytes, not \(Self.bytes)")
    }
    guard file.bytes.contains(where: { $0 != file.bytes[0] }) else {
      throw refusal(file.path, "every byte of it is the same")
    }
    program = file.bytes[0..<first]
    configuration = file.bytes[first..<second]
    crosstalk = file.bytes[second..<Self.bytes]
  }
}
