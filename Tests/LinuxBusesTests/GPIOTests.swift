// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import FakeGPIOChip
import Glibc
import LinuxBuses
import Quantities
import Testing

/// A machine with fake chips, which the real libgpiod of this build talks to.
final class GPIOBench {
  let machine = TemporaryMachine()
  private(set) var chips: [Int32] = []

  init(_ chips: [(label: String, names: String, count: UInt32)]) {
    for (number, chip) in chips.enumerated() {
      let path = machine.root + "/dev/gpiochip\(number)"
      let added = umwelt_fake_gpio_add(path, chip.label, chip.names, chip.count)
      precondition(added >= 0, "no room for a fake chip")
      self.chips.append(added)
    }
  }

  /// A Raspberry Pi 5 in short.
  convenience init() {
    self.init([("pinctrl-rp1", "ID_SDA,ID_SCL,GPIO2,GPIO3,GPIO4", 8), ("gpio-brcmstb", "", 4)])
  }

  var hardware: LinuxHardware { machine.hardware() }
  func line(_ offset: UInt32, of chip: Int = 0) -> umwelt_fake_line {
    umwelt_fake_gpio_line(chips[chip], offset)
  }
}

@Suite("GPIO on Linux, through this build's libgpiod")
struct GPIOTests {
  @Test("An output is low from the request on, follows, and is low again when its owner is gone")
  func output() throws {
    let bench = GPIOBench()
    umwelt_fake_gpio_set_input(bench.chips[0], 4, 1)
    do {
      let line = try bench.hardware.outputLine("GPIO4")
      #expect(line.name == "GPIO4")
      #expect(bench.line(4).is_output == 1)
      #expect(bench.line(4).level == 0)
      try line.set(high: true)
      #expect(bench.line(4).level == 1)
      try line.set(high: false)
      #expect(bench.line(4).level == 0)
      try line.set(high: true)
      #expect(bench.line(4).level == 1)
      withExtendedLifetime(line) {}
    }
    #expect(bench.line(4).level == 0)
  }

  @Test("Lines say who holds them")
  func consumer() throws {
    let bench = GPIOBench()
    _ = try bench.hardware.inputLine("GPIO2")
    let taken = withUnsafeBytes(of: bench.line(2).consumer) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    #expect(taken == "umwelt")
  }

  @Test("A line is found by its name, by label and offset, and by label and name")
  func names() throws {
    let bench = GPIOBench([("gpio0", "", 4), ("601000.gpio", "A,MIKROBUS_INT", 4)])
    for name in ["MIKROBUS_INT", "601000.gpio/1", "601000.gpio/MIKROBUS_INT"] {
      umwelt_fake_gpio_set_input(bench.chips[1], 1, 1)
      let line = try bench.hardware.inputLine(name)
      #expect(try line.isHigh(), "\(name)")
      umwelt_fake_gpio_set_input(bench.chips[1], 1, 0)
      #expect(try !line.isHigh(), "\(name)")
    }
  }

  @Test("The board's own name for a line leads to the kernel's")
  func mapping() throws {
    let bench = GPIOBench()
    var names = LinuxNames()
    names.lines = ["MOTOR_STBY": "pinctrl-rp1/4"]
    let line = try bench.machine.hardware(names).outputLine("MOTOR_STBY")
    try line.set(high: true)
    #expect(line.name == "MOTOR_STBY")
    #expect(bench.line(4).level == 1)
  }

  @Test(
    "A line that is not there is told with those that are",
    arguments: [
      "GPIO99", "pinctrl-rp1/8", "pinctrl-bcm2835/4", "pinctrl-rp1/"
    ])
  func unknown(name: String) {
    let bench = GPIOBench()
    let error = thrown(HardwareError.self) { try bench.hardware.outputLine(name) }
    #expect(error?.name == name)
    #expect(error?.available.contains("GPIO4") == true)
    #expect(error?.available.contains("pinctrl-rp1/0…7") == true)
    #expect(error?.available.contains("gpio-brcmstb/0…3") == true)
  }

  @Test("A name that two chips have is refused, and the two told")
  func ambiguous() {
    let bench = GPIOBench([("gpio0", "INT", 1), ("gpio1", "X,INT", 2)])
    let error = thrown(HardwareError.self) { try bench.hardware.inputLine("INT") }
    #expect(error?.reason?.contains("gpio0/0 and gpio1/1") == true)
  }

  @Test("A chip that is also there under its old number is one chip")
  func oldNumber() throws {
    let bench = GPIOBench()
    // As on a Raspberry Pi 5: gpiochip4 is a link to gpiochip0.
    let made = umwelt_fake_gpio_add(bench.machine.root + "/dev/x/gpiochip0", "pinctrl-rp1", "", 8)
    #expect(made == -1, "there is no such folder")
    bench.machine.link("/dev/gpiochip9", to: "/dev/gpiochip0")
    #expect(throws: Never.self) { try bench.hardware.inputLine("GPIO2") }
  }

  @Test("A machine without GPIO says so")
  func noChip() {
    let machine = TemporaryMachine()
    let error = thrown(HardwareError.self) { try machine.hardware().inputLine("GPIO4") }
    #expect(error?.reason?.contains("no /dev/gpiochip*") == true)
  }

  @Test("Chips that cannot be opened are told as that")
  func closedChips() {
    let machine = TemporaryMachine()
    machine.file("/dev/gpiochip0")  // no character device: libgpiod refuses it
    let error = thrown(HardwareError.self) { try machine.hardware().inputLine("GPIO4") }
    #expect(error?.reason?.contains("/dev/gpiochip* cannot be opened") == true)
  }

  @Test("Chips that we may not open are told with the group to join")
  func forbiddenChips() {
    let bench = GPIOBench()
    for chip in bench.chips { umwelt_fake_gpio_forbid(chip) }
    let error = thrown(HardwareError.self) { try bench.hardware.inputLine("GPIO4") }
    #expect(error?.reason?.contains("usermod -aG gpio") == true)
  }

  @Test("A line that a driver holds is refused, and its holder told")
  func held() {
    let bench = GPIOBench()
    umwelt_fake_gpio_hold(bench.chips[0], 4, "cam1_reg")
    let error = thrown(HardwareError.self) { try bench.hardware.outputLine("GPIO4") }
    #expect(error?.reason?.contains("pinctrl-rp1/4 is held by cam1_reg") == true)
  }

  /// What the kernel says to a request, and what we make of it.
  static let refusals: [(Int32, String)] = [
    (EACCES, "usermod -aG gpio"), (EPERM, "usermod -aG gpio"), (EINVAL, "cannot do this"),
    (ENXIO, "cannot do this"), (ENOMEM, "cannot be taken"), (EBUSY, "another program")
  ]

  @Test("Each refusal of a line says what to do", arguments: refusals.indices)
  func refusal(row: Int) {
    let (errno, words) = Self.refusals[row]
    let bench = GPIOBench()
    for take in [
      { _ = try bench.hardware.outputLine("GPIO4") },
      { _ = try bench.hardware.edgeLine("GPIO4", .rising) }
    ] as [() throws -> Void] {
      umwelt_fake_gpio_fail_next(bench.chips[0], errno)
      do {
        try take()
        Issue.record("errno \(errno) was lost")
      } catch { #expect("\(error)".contains(words), "\(error)") }
    }
  }

  @Test("A level that cannot be set or read is an error with the line's name")
  func levels() throws {
    let bench = GPIOBench()
    let output = try bench.hardware.outputLine("GPIO4")
    umwelt_fake_gpio_fail_next(bench.chips[0], EIO)
    let refused = thrown(LineError.self) { try output.set(high: true) }
    #expect(refused == LineError(line: "GPIO4", errno: EIO))
    let input = try bench.hardware.inputLine("GPIO3")
    umwelt_fake_gpio_fail_next(bench.chips[0], ENODEV)
    let unread = thrown(LineError.self) { try input.isHigh() }
    #expect(unread == LineError(line: "GPIO3", errno: ENODEV))
  }

  @Test(
    "The bias of inputs and edge lines is what the board says",
    arguments: [
      (LineBias.asIs, 0), (.none, 1), (.pullUp, 2), (.pullDown, 3)
    ] as [(LineBias, UInt8)])
  func bias(bias: LineBias, code: UInt8) throws {
    let bench = GPIOBench()
    var names = LinuxNames()
    names.biases = ["GPIO2": bias, "GPIO3": bias]
    let hardware = bench.machine.hardware(names)
    let input = try hardware.inputLine("GPIO2")
    let edges = try hardware.edgeLine("GPIO3", .falling)
    #expect(bench.line(2).bias == code, "\(input.name)")
    #expect(bench.line(3).bias == code, "\(edges.name)")
    #expect(bench.line(2).is_output == 0)
  }
}
