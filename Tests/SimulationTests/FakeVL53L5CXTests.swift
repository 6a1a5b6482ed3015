// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Simulation
import Testing

/// The driver against the fake; both follow ST's ULD driver, as there is no register map.
struct FakeVL53L5CXTests {
  let bus = FakeI2CBus(name: "i2c-3")
  let clock = HandClock()
  static let file = (0..<(86_016 + 972 + 776)).map {
    UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 251)
  }

  func fake(
    firmware: [UInt8] = Array(file[0..<86_016]),
    sceneM: @escaping (Int) -> Double? = { 0.2 + 0.05 * Double($0) }
  ) -> FakeVL53L5CX {
    let chip = FakeVL53L5CX(firmware: firmware, clock: clock, sceneM: sceneM)
    bus.attach(chip, at: 0x29)
    return chip
  }

  func sensor(side: Int = 8, rateHz: Double = 10) throws(DeviceError) -> any GridSensor {
    var settings = GridSettings(rows: side, columns: side, rateHz: rateHz)
    settings.firmware = FirmwareFile(path: "vl53l5cx.bin", bytes: Self.file)
    let sensor = try GridChip.vl53l5cx.driver(
      device: I2CDevice(bus: bus, address: 0x29), settings: settings)
    try sensor.start(clock: clock)
    return sensor
  }

  @Test("After boot and upload the scene comes out to a quarter of a millimetre", arguments: [4, 8])
  func scene(_ side: Int) throws {
    let chip = fake(sceneM: { $0 == 5 ? nil : 0.2137 + 0.0501 * Double($0) })
    let sensor = try sensor(side: side, rateHz: 15)
    #expect(chip.columns == side && chip.rateHz == 15)
    var grid = sensor.emptyGrid()
    #expect(try !sensor.latest(into: &grid))
    clock.pass(ms: 67)
    #expect(try sensor.latest(into: &grid))
    #expect(grid.rows == side && grid.unit == .metres && grid.capturedAt == clock.now)
    for zone in 0..<side * side {
      let value = grid[zone / side, zone % side]
      if zone == 5 {
        #expect(value == nil)
      } else {
        let expected = 0.2137 + 0.0501 * Double(zone)
        #expect(abs(Double(value ?? 0) - expected) <= 0.000_126)
      }
    }
    #expect(try !sensor.latest(into: &grid), "no result twice")
    clock.pass(ms: 67)
    #expect(try sensor.latest(into: &grid))
    #expect(grid.sequence == 2)
  }

  @Test(
    "Only ranges that are valid (5) or half sure (6, 9) are valid",
    arguments: zip([UInt8(5), 6, 9, 0, 4, 10, 13], [true, true, true, false, false, false, false]))
  func status(_ status: UInt8, isValid: Bool) throws {
    let chip = fake()
    chip.targetStatus = status
    let sensor = try sensor()
    var grid = sensor.emptyGrid()
    clock.pass(ms: 100)
    #expect(try sensor.latest(into: &grid))
    #expect(grid.isValid.allSatisfy { $0 == isValid })
  }

  @Test("For 8 x 8 the offsets go out as the NVM has them, 8 bytes on, with the ULD's footer")
  func offsets() throws {
    let chip = fake()
    _ = try sensor(side: 8)
    #expect(chip.offsetBlock.count == 488)
    #expect(Array(chip.offsetBlock[0..<480]) == (8..<488).map { FakeVL53L5CX.nvm($0) })
    #expect(chip.offsetBlock.suffix(8) == [0x00, 0x00, 0x00, 0x0F, 0x03, 0x01, 0x01, 0xE4])
    #expect(chip.crosstalkBlock == Array(Self.file[(86_016 + 972)...]))
  }

  @Test("For 4 x 4 the offsets and the crosstalk are means of four zones")
  func coarse() throws {
    let chip = fake()
    _ = try sensor(side: 4)
    let block = chip.offsetBlock
    #expect(Array(block[8..<16]) == [0x0F, 0x04, 0x04, 0x00, 0x08, 0x10, 0x10, 0x07])
    // Signal words lie from 0x3C on in the NVM, 8 bytes earlier in the block; ranges from 0x140.
    func nvmWord(_ zone: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 << 8 | UInt32(FakeVL53L5CX.nvm(0x3C + 4 * zone + $1)) }
    }
    func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[at + $1]) }
    }
    // Zone 5 of 4 x 4 is zones 18, 19, 26 and 27 of 8 x 8.
    let mean = (nvmWord(18) &+ nvmWord(19) &+ nvmWord(26) &+ nvmWord(27)) / 4
    #expect(word(block, 0x34 + 4 * 5) == mean)
    #expect(word(block, 0x34 + 4 * 16) == 0)
    func range(_ zone: Int, _ byte: (Int) -> UInt8) -> Int {
      let at = 0x140 + 2 * zone  // the pair of a word is turned round on the wire
      return Int(Int16(bitPattern: UInt16(byte((at + 1) ^ 3)) << 8 | UInt16(byte(at ^ 3))))
    }
    let ranges = [18, 19, 26, 27].map { range($0, FakeVL53L5CX.nvm) }
    #expect(range(5) { block[$0 - 8] } == ranges.reduce(0, +) / 4)
    #expect(range(16) { block[$0 - 8] } == 0)
    let crosstalk = chip.crosstalkBlock
    #expect(Array(crosstalk[0x134..<0x138]) == [0xA0, 0xFC, 0x01, 0x00])
    #expect(Array(crosstalk[0x78..<0x7C]) == [0, 0, 0, 0])
    #expect(word(crosstalk, 0x34 + 4 * 16) == 0)
  }

  /// Header, data turned round in words, footer: a block as `vl53l5cx_dci_write_data` makes it.
  func block(_ index: UInt16, _ words: [UInt32]) -> [UInt8] {
    let size = 4 * words.count
    let data = words.flatMap { word in (0..<4).map { UInt8(word >> UInt32(24 - 8 * $0) & 0xFF) } }
    return [
      UInt8(index >> 8), UInt8(index & 0xFF), UInt8(size >> 4), UInt8(size << 4 & 0xF0)
    ] + data + [0, 0, 0, 0x0F, 5, 1, UInt8((size + 8) >> 8), UInt8((size + 8) & 0xFF)]
  }

  @Test(
    "The settings and the list of outputs go out as the ULD's blocks",
    arguments: [
      (4, [UInt32(0), 0x0040_0040, 0x0000_0400, 0], [UInt32(0x0000_0404), 0x0000_0808], 16),
      (8, [UInt32(0), 0x0010_0010, 0x0000_0100, 0], [UInt32(0x0000_0808), 0x0000_0404], 64)
    ] as [(Int, [UInt32], [UInt32], UInt32)])
  func blocks(_ side: Int, spads: [UInt32], zones: [UInt32], count: UInt32) throws {
    let chip = fake()
    _ = try sensor(side: side, rateHz: 10)
    let blocks = chip.commands.filter { $0.count > 12 && $0[$0.count - 4] == 5 }
    #expect(
      blocks == [
        block(0xCF78, [0x0001_0001]), block(0xCD5C, [1]), block(0xAD38, spads),
        block(0x5450, zones), block(0x5458, [0x0000_0A00]),
        block(0xAD30, [0x0300_0100, 0]), block(0xCD5C, [0]),
        block(
          0xCD78,
          [
            0x0000_000D, 0x54B4_00C0, 0x54C0_0040, 0x54D0_0104, 0x55D0_0404,
            0xCF7C_0001 | count << 4, 0xCFBC_0404, 0xD2BC_0402, 0xD33C_0002 | count << 4,
            0xD43C_0401, 0xD47C_0001 | count << 4, 0xCC50_08C0
          ]),
        block(0xCD60, [4 * count + 60, 13]), block(0xCD68, [0x0000_0527, 0, 0, 0xC000_0000])
      ])
    #expect(chip.commands.last == [0x00, 0x03, 0x00, 0x00])
  }

  @Test("It starts again, with other zones")
  func again() throws {
    let chip = fake()
    _ = try sensor(side: 8)
    let sensor = try sensor(side: 4, rateHz: 60)
    #expect(chip.columns == 4)
    var grid = sensor.emptyGrid()
    clock.pass(ms: 17)
    #expect(try sensor.latest(into: &grid))
  }

  @Test("Firmware that is not the chip's does not start, and that is told after two seconds")
  func wrongFirmware() {
    _ = fake(firmware: [UInt8](repeating: 7, count: 86_016))
    #expect(
      deviceError { try sensor() }
        == .notReady(
          chip: "VL53L5CX", bus: "i2c-3", address: 0x29, waitingFor: "start of its firmware",
          afterS: 2))
  }

  @Test("An error that the firmware reports is told with its number")
  func firmwareError() {
    let chip = fake()
    chip.refusal = 0x81
    #expect(
      deviceError { try sensor() }
        == .badData(
          chip: "VL53L5CX", bus: "i2c-3", address: 0x29,
          what: "its firmware reports error 0x81"))
  }

  @Test("A chip that stops ranging, or says anything, is told after five periods")
  func faults() throws {
    let chip = fake()
    let sensor = try sensor(rateHz: 10)
    var grid = sensor.emptyGrid()
    for fault in [Fault.stuck, .garbage] {
      chip.fault = .ok
      clock.pass(ms: 100)
      #expect(try sensor.latest(into: &grid))
      chip.fault = fault
      let error = deviceError {
        for _ in 0..<8 {
          clock.pass(ms: 100)
          _ = try sensor.latest(into: &grid)
        }
      }
      switch error {
      case .notReady("VL53L5CX", "i2c-3", 0x29, _, _), .badData("VL53L5CX", "i2c-3", 0x29, _):
        break
      default: Issue.record("\(fault): \(String(describing: error))")
      }
    }
  }

  @Test("Another chip is told, and so is one that vanishes during the upload")
  func strangers() {
    let chip = fake()
    chip.fault = .wrong
    #expect(deviceError { try sensor() }?.description.contains("VL53L8CX") == true)
    chip.fault = .ok
    var transfers = 0
    bus.refuse { _ in
      transfers += 1
      return transfers == 60 ? .noAcknowledge : nil
    }
    guard case .bus(let error, "VL53L5CX") = deviceError({ try sensor() }) else {
      Issue.record("a failed upload passes")
      return
    }
    #expect(error.reason == .noAcknowledge && error.register != nil)
  }
}
