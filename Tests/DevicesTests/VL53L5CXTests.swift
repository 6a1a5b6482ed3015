// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

/// What can be told without a chip that boots; the rest is in SimulationTests.
struct VL53L5CXTests {
  let bus = ScriptedWordBus(address: 0x29, pointerBytes: 2, valueBytes: 1)
  let clock = TestClock()
  static let size = 86_016 + 972 + 776
  static let file = FirmwareFile(
    path: "vl53l5cx.bin", bytes: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) })

  func sensor(
    _ firmware: FirmwareFile? = file, rows: Int = 8, rateHz: Double = 15
  ) throws(DeviceError) -> any GridSensor {
    var settings = GridSettings(rows: rows, columns: rows, rateHz: rateHz)
    settings.firmware = firmware
    return try GridChip.vl53l5cx.driver(
      device: I2CDevice(bus: bus, address: 0x29), settings: settings)
  }

  @Test("Without a file, or with one of another size or of one byte, there is no driver")
  func files() {
    func why(_ firmware: FirmwareFile?) -> String {
      thrown { try sensor(firmware) }?.description ?? "accepted"
    }
    func file(_ count: Int, _ fill: (Int) -> UInt8 = { UInt8($0 & 0xFF) }) -> FirmwareFile {
      FirmwareFile(path: "fw.bin", bytes: (0..<count).map(fill))
    }
    #expect(why(nil).contains("it is not named"))
    #expect(why(file(1000)).contains("fw.bin: it has 1000 bytes, not 87764"))
    #expect(why(file(86_016)).contains("it lacks the configuration and the crosstalk"))
    #expect(why(file(Self.size) { _ in 0xFF }).contains("every byte of it is the same"))
    #expect(why(file(Self.size)) == "accepted")
    #expect(why(file(Self.size + 776)) == "accepted")
  }

  @Test("Shapes and rates that the chip has not are refused with those it has")
  func unsupported() {
    #expect(thrown { try sensor(rows: 6) }?.description.contains("4 x 4 or 8 x 8") == true)
    #expect(thrown { try sensor(rateHz: 16) }?.description.contains("rate of 16.0 Hz") == true)
    #expect(thrown { try sensor(rows: 4, rateHz: 60) } == nil)
    #expect(thrown { try sensor(rows: 4, rateHz: 61) } != nil)
  }

  @Test("Another chip is told before anything but the page is written")
  func wrongChip() throws {
    (bus.registers[0], bus.registers[1]) = (0xF0, 0x0C)
    let sensor = try sensor()
    #expect(
      thrown { try sensor.start(clock: clock) }
        == .wrongWord(
          chip: "VL53L5CX", bus: "i2c-1", address: 0x29, register: 0, expected: 0xF002,
          found: 0xF00C, looksLike: "VL53L8CX"))
    #expect(bus.trace == ["7FFF<00", "0000>F00C"])
  }

  @Test("The boot is the ULD's, up to the wait for the chip, which ends after two seconds")
  func bootTrace() throws {
    (bus.registers[0], bus.registers[1]) = (0xF0, 0x02)
    let sensor = try sensor()
    let error = thrown { try sensor.start(clock: clock) }
    #expect(
      error
        == .notReady(
          chip: "VL53L5CX", bus: "i2c-1", address: 0x29, waitingFor: "boot", afterS: 2))
    #expect(
      bus.trace.prefix(22) == [
        "7FFF<00", "0000>F002", "7FFF<00", "0009<04", "000F<40", "000A<03", "7FFF>00", "000C<01",
        "0101<00", "0102<00", "010A<01", "4002<01", "4002<00", "010A<03", "0103<01", "000C<00",
        "000F<43", "000F<40", "000A<01", "7FFF<00", "0006>00", "0006>00"
      ])
    #expect(bus.trace.count == 20 + 200)
    #expect(clock.now == Instant(nanoseconds: 2_101_000_000))
  }

  @Test("Between the ULD's steps the firmware goes out in 21 pieces of 4096 bytes on three pages")
  func uploadTrace() throws {
    (bus.registers[0], bus.registers[1]) = (0xF0, 0x02)
    // This bus has no pages: what is uploaded lies over these registers.
    (bus.queued[0x06], bus.queued[0x21]) = ([1, 1], [0x10, 0x10])
    let sensor = try sensor()
    let error = thrown { try sensor.start(clock: clock) }
    guard case .notReady("VL53L5CX", _, _, "start of its firmware", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let access = ["0003<0D", "7FFF<01", "0021>10", "7FFF<00", "000C<01"]
    let boot = try #require(bus.trace.firstIndex(of: "0006>01"))
    let start = try #require(bus.trace.firstIndex(of: "7FFF<09"))
    #expect(
      Array(bus.trace[(boot + 1)..<start])
        == ["000E<01", "7FFF<02"] + access + [
          "7FFF<00", "0101<00", "0102<00", "010A<01", "4002<01", "4002<00", "010A<03", "0103<01",
          "400F<00", "021A<43", "021A<03", "021A<01", "021A<00", "0219<00", "021B<00",
          "7FFF<00", "000C<00", "7FFF<01", "0020<07", "0020<06"
        ])
    let end = try #require(bus.trace.lastIndex(of: "4000<4096B"))
    #expect(
      Array(bus.trace[(end + 1)...].prefix(16))
        == ["7FFF<01", "7FFF<02"] + access + [
          "7FFF<00", "0114<00", "0115<00", "0116<42", "0117<00", "000B<00", "000C<00", "000B<01",
          "0006>01"
        ])
    let pieces = bus.trace.filter { $0.hasSuffix("<4096B") || $0.hasPrefix("7FFF<") }
    let expected =
      ["7FFF<09"] + (0..<8).map { "\($0)000<4096B" } + ["7FFF<0A"]
      + (0..<8).map { "\($0)000<4096B" } + ["7FFF<0B"] + (0..<5).map { "\($0)000<4096B" }
    let first = try #require(pieces.firstIndex(of: "7FFF<09"))
    #expect(Array(pieces[first..<(first + expected.count)]) == expected)
    // What arrived last on the pages: the program's last piece.
    #expect(bus.registers[0x4FFF] == UInt16(Self.file.bytes[86_015]))
    #expect(bus.registers[0x4000] == UInt16(Self.file.bytes[86_016 - 4096]))
  }

  @Test(
    "A failing bus is told with address and 16-bit register",
    arguments: [I2CError.Reason.noAcknowledge, .timedOut, .busFault])
  func busErrors(reason: I2CError.Reason) throws {
    let sensor = try sensor()
    bus.failure = reason
    #expect(
      thrown { try sensor.start(clock: clock) }
        == .bus(
          I2CError(bus: "i2c-1", address: 0x29, register: 0x7FFF, reason: reason),
          chip: "VL53L5CX"))
  }
}
