// SPDX-License-Identifier: Apache-2.0
import Guard
import Testing

@Suite("The guard's arguments")
struct GuardArgumentsTests {
  private static let least = ["--memory", "/run/umwelt/guard", "--standby", "GPIO17"]

  @Test("All of them are read")
  func all() throws {
    let arguments = try GuardArguments(
      Self.least + [
        "--output-enable", "pinctrl-rp1/27", "--pwm", "i2c-1:0x40", "--pwm", "usb-1.3:0x77",
        "--watchdog", "/dev/watchdog0", "--reset-after", "30", "--record", "/var/lib/umwelt",
        "--machine", "/tmp/machine", "--relay", "LAMP", "--relay", "GPIO5"
      ])
    #expect(arguments.relays == ["LAMP", "GPIO5"])
    #expect(arguments.memory == "/run/umwelt/guard" && arguments.standby == "GPIO17")
    #expect(arguments.outputEnable == "pinctrl-rp1/27")
    #expect(
      arguments.chips == [
        .init(bus: "i2c-1", address: 0x40), .init(bus: "usb-1.3", address: 0x77)
      ])
    #expect(arguments.watchdog == "/dev/watchdog0" && arguments.resetAfterS == 30)
    #expect(arguments.recordFolder == "/var/lib/umwelt" && arguments.machine == "/tmp/machine")
  }

  @Test("Shared memory and one line are enough")
  func least() throws {
    let arguments = try GuardArguments(["--output-enable", "OE", "--memory", "/dev/shm/g"])
    #expect(arguments.outputEnable == "OE" && arguments.standby == nil)
    let relay = try GuardArguments(["--relay", "LAMP", "--memory", "/m"])
    #expect(relay.relays == ["LAMP"])
    #expect(arguments.chips.isEmpty && arguments.relays.isEmpty)
    #expect(arguments.chips.isEmpty && arguments.watchdog == nil && arguments.machine == nil)
    #expect(arguments.resetAfterS == nil && arguments.recordFolder == nil)
  }

  private static let wrong: [([String], GuardArgumentError)] = [
    ([], .missing("--memory PATH")),
    (["--standby", "A"], .missing("--memory PATH")),
    (["--memory", "/m"], .missing("--standby LINE, --output-enable LINE or --relay LINE")),
    (least + ["--force", "1"], .unknown("--force")),
    (least + ["stray"], .unknown("stray")),
    (least + ["--record"], .noValue("--record")),
    (least + ["--record", ""], .noValue("--record")),
    (["--memory", "--standby", "A"], .noValue("--memory")),
    (least + ["--standby", "GPIO18"], .repeated("--standby")),
    (least + ["--pwm", "i2c-1"], .badChip("i2c-1")),
    (least + ["--pwm", ":0x40"], .badChip(":0x40")),
    (least + ["--pwm", "i2c-1:40"], .badChip("i2c-1:40")),
    (least + ["--pwm", "i2c-1:0x3F"], .badChip("i2c-1:0x3F")),
    (least + ["--pwm", "i2c-1:0x78"], .badChip("i2c-1:0x78")),
    (least + ["--pwm", "i2c-1:0x140"], .badChip("i2c-1:0x140")),
    (least + ["--reset-after", "0"], .badSeconds("0")),
    (least + ["--reset-after", "3601"], .badSeconds("3601")),
    (least + ["--reset-after", "soon"], .badSeconds("soon")),
    (least + [[String]](repeating: ["--relay", "A"], count: 9).joined(), .tooManyRelays)
  ]

  @Test("Wrong ones are refused, each with what to do", arguments: 0..<19)
  func wrong(_ index: Int) {
    let (words, expected) = Self.wrong[index]
    #expect(throws: expected) { try GuardArguments(words) }
    #expect(expected.description.hasSuffix("."))
    #expect(expected.description.count > 25)
  }

  @Test("The usage names every option")
  func usage() {
    for option in [
      "--memory", "--standby", "--output-enable", "--relay", "--pwm", "--watchdog", "--reset-after",
      "--record", "--machine"
    ] { #expect(GuardArguments.usage.contains("  \(option) ")) }
  }
}
