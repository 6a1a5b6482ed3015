// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Testing

@Suite("The BMI270")
struct BMI270Tests {
  private func refusal(_ file: FirmwareFile?) -> DeviceError? {
    thrown {
      try InertialChip.bmi270.driver(
        device: I2CDevice(bus: ScriptedBus(address: 0x68), address: 0x68), dataReady: TestEdges(),
        settings: IMUCase.bmi270.settings, firmware: file)
    }
  }

  @Test("does nothing without its configuration, and says where it comes from")
  func absent() throws {
    let error = try #require(refusal(nil))
    #expect(
      error
        == .firmware(
          chip: "BMI270", path: "(none)", why: "the chip does nothing without its configuration"))
    #expect(error.description.contains("Download it from the maker and name it in board.yaml"))
    #expect(InertialChip.bmi270.traits.firmwareBytes == 8192)
  }

  @Test("refuses a file of another size or with another beginning, by its path")
  func wrongFile() throws {
    let short = FirmwareFile(path: "/etc/a.bin", bytes: [0xC8, 0x2E, 0x00])
    #expect(refusal(short)?.description.contains("/etc/a.bin: 3 bytes, not 8192") == true)
    let other = FirmwareFile(path: "/etc/b.bin", bytes: [UInt8](repeating: 0, count: 8192))
    #expect(refusal(other)?.description.contains("/etc/b.bin: it does not begin with") == true)
    #expect(refusal(IMUBench.config) == nil)
  }

  @Test("tells when the chip does not take the configuration")
  func refused() throws {
    let bench = try IMUBench(.bmi270)
    bench.bus.registers[0x21] = 0x02
    let error = thrown { try bench.imu.start(clock: bench.clock) }
    #expect(
      error
        == .firmware(
          chip: "BMI270", path: "bmi270.bin",
          why: "the chip refused it (INTERNAL_STATUS 0x02)"))
  }

  @Test("waits 20 ms for the chip's word, not for ever")
  func silent() throws {
    let bench = try IMUBench(.bmi270)
    bench.bus.registers[0x21] = 0x00
    let error = thrown { try bench.imu.start(clock: bench.clock) }
    guard case .notReady("BMI270", "i2c-1", 0x68, let what, 0.02) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(what.contains("configuration"))
    #expect(error?.description.contains("Power-cycle it") == true)
    #expect(bench.bus.trace.filter { $0 == "21>00" }.count == 20)
  }

  @Test(
    "takes out of the gyro's x what it feels of z (4.5)",
    arguments: zip([UInt8(0x10), 0x7F, 0x40], [16.0, -1, -64]))
  func crossAxis(register: UInt8, factor: Double) throws {
    let bench = try IMUBench(.bmi270)
    bench.bus.registers[0x3C] = register
    try bench.start()
    bench.queue(gyro: [1000, 500, 5120])
    bench.edges.rise(atMs: 200)
    let rate = try #require(try bench.drained().first).gyroRadS
    #expect(abs(rate.x * 180 / .pi * 65.536 - (1000 - factor * 5120 / 512)) < 1e-6)
    #expect(abs(rate.y * 180 / .pi * 65.536 - 500) < 1e-6)
  }
}
