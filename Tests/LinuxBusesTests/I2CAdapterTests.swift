// SPDX-License-Identifier: Apache-2.0
import Buses
import Glibc
import LinuxBuses
import Testing

@Suite("I2C adapters")
struct I2CAdapterTests {
  /// A Raspberry Pi 5 in short, and a USB adapter.
  let machine: TemporaryMachine
  let header = ScriptedI2C()
  let usb = ScriptedI2C()

  init() {
    machine = TemporaryMachine()
    machine.adapter(
      1, name: "Synopsys DesignWare I2C adapter",
      at: "platform/axi/1000120000.pcie/1f00074000.i2c", node: "axi/pcie@120000/rp1/i2c@74000",
      header)
    machine.adapter(
      11, name: "Synopsys DesignWare I2C adapter",
      at: "platform/axi/1000120000.pcie/1f00080000.i2c", node: "axi/pcie@120000/rp1/i2c@80000",
      ScriptedI2C())
    machine.adapter(
      20, name: "i2c-tiny-usb at bus 001 device 004", at: "platform/usb1/1-1/1-1:1.0", usb)
  }

  @Test(
    "An adapter is found by number, by the driver's name and by the end of either path",
    arguments: [
      ("i2c-1", 1), ("/dev/i2c-11", 11), ("i2c-tiny-usb at bus 001 device 004", 20),
      ("1f00074000.i2c", 1), ("1000120000.pcie/1f00080000.i2c", 11), ("i2c@74000", 1),
      ("rp1/i2c@80000", 11)
    ])
  func names(name: String, number: Int) throws {
    #expect(try machine.hardware().linuxI2CBus(name).adapter.number == number)
  }

  @Test("All adapters are listed in the order of their numbers")
  func list() {
    let all = machine.hardware().i2cAdapters
    #expect(all.map(\.number) == [1, 11, 20])
    #expect(all[0].nodePath?.hasSuffix("/rp1/i2c@74000") == true)
    #expect(all[2].nodePath == nil)
  }

  @Test("A name of two adapters is refused, and their paths told")
  func ambiguous() {
    let error = thrown(HardwareError.self) {
      try machine.hardware().i2cBus("Synopsys DesignWare I2C adapter")
    }
    #expect(error?.reason?.contains("1f00074000.i2c") == true)
    #expect(error?.reason?.contains("i2c-1 and i2c-11") == true)
  }

  @Test(
    "Half a part of a path, an unknown number and no name at all are nobody's",
    arguments: [
      "074000.i2c", "i2c-2", "i2c", "", "/"
    ])
  func unknown(name: String) {
    let error = thrown(HardwareError.self) { try machine.hardware().i2cBus(name) }
    #expect(error?.reason == nil)
    #expect(error?.available.first == "i2c-1 (Synopsys DesignWare I2C adapter)")
  }

  @Test("A machine without I2C says how to enable it")
  func none() {
    let error = thrown(HardwareError.self) { try TemporaryMachine().hardware().i2cBus("i2c-1") }
    #expect(error?.reason?.contains("Enable I2C") == true)
  }

  /// What the kernel says to the open, and what to do.
  static let refusals: [(Int32, String)] = [
    (ENOENT, "modprobe i2c-dev"), (EACCES, "usermod -aG i2c"), (EPERM, "usermod -aG i2c"),
    (EMFILE, "cannot be opened")
  ]

  @Test("Each refusal of the adapter's file says what to do", arguments: refusals.indices)
  func refusal(row: Int) {
    let (errno, words) = Self.refusals[row]
    machine.kernel.attach(RefusingDevice(errno: errno), at: "/dev/i2c-1")
    let error = thrown(HardwareError.self) { try machine.hardware().i2cBus("i2c-1") }
    #expect(error?.reason?.contains(words) == true, "\(String(describing: error))")
  }

  @Test("An adapter that does SMBus only is refused and closed")
  func smbusOnly() {
    header.functions = 0x0EFF_0008
    let error = thrown(HardwareError.self) { try machine.hardware().i2cBus("i2c-1") }
    #expect(error?.reason?.contains("no plain I2C") == true)
    #expect(machine.kernel.openCount == 0)
  }

  @Test("The board's name leads to the adapter, and two names of one adapter are one bus")
  func mapping() throws {
    var names = LinuxNames()
    names.buses = ["imu": "1f00074000.i2c", "motors": "i2c-1"]
    let hardware = machine.hardware(names)
    let (first, second) = (try hardware.i2cBus("imu"), try hardware.i2cBus("motors"))
    #expect(first === second)
    #expect(try hardware.i2cBus("imu") === first)
    #expect(machine.kernel.openCount == 1)
  }

  @Test("A USB adapter that was unplugged and plugged in again is reopened by its name")
  func reopen() throws {
    let name = "i2c-tiny-usb at bus 001 device 004"
    let bus = try machine.hardware().linuxI2CBus(name)
    usb.outcomes = [-ENODEV]
    let chip = I2CDevice(bus: bus, address: 0x68)
    #expect(
      thrown(I2CError.self) { try chip.read(0x75) }?.reason == .system(errno: ENODEV))
    remove(machine.root + "/sys/bus/i2c/devices/i2c-20")
    let gone = thrown(HardwareError.self) { try bus.reopen() }
    #expect(gone?.name == name)
    #expect(thrown(I2CError.self) { try chip.read(0x75) }?.reason == .system(errno: EBADF))
    let again = ScriptedI2C()
    machine.adapter(21, name: name, at: "platform/usb1/1-1/1-1:1.1", again)
    try bus.reopen()
    #expect(try chip.read(0x75) == 1)
    #expect(bus.adapter.number == 21)
    #expect(again.trace == ["W68:75 R68*1"])
    #expect(again.timeoutSteps == 25)
  }
}
