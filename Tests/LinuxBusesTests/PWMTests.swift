// SPDX-License-Identifier: Apache-2.0
import Buses
import Glibc
import LinuxBuses
import Quantities
import Testing

/// One attribute of a PWM output, whose writes a trace keeps.
final class PWMAttribute: ScriptedDevice {
  let name: String
  let bench: PWMBench
  /// What the next opens and writes give; 0 is well.
  var openOutcomes: [Int32] = []
  var writeOutcomes: [Int32] = []

  init(_ name: String, _ bench: PWMBench) { (self.name, self.bench) = (name, bench) }

  func open() -> Int32 { openOutcomes.isEmpty ? 0 : openOutcomes.removeFirst() }

  func write(_ bytes: [UInt8]) -> Int {
    let text = String(decoding: bytes, as: UTF8.self)
    let outcome = writeOutcomes.isEmpty ? 0 : writeOutcomes.removeFirst()
    bench.trace.append("\(name)=\(text)" + (outcome < 0 ? "!" : ""))
    if outcome < 0 { return Int(outcome) }
    if name == "export" { bench.machine.folder("\(bench.folder)/pwm\(text)") }
    return bytes.count
  }
}

/// A PWM chip as sysfs shows it.
final class PWMBench {
  let machine = TemporaryMachine()
  let folder = "/sys/class/pwm/pwmchip2"
  var trace: [String] = []
  var attributes: [String: PWMAttribute] = [:]

  init(isExported: Bool = false) {
    machine.folder("/sys/devices/platform/axi/1f00098000.pwm")
    machine.file("\(folder)/npwm", "4\n")
    machine.link("\(folder)/device", to: "/sys/devices/platform/axi/1f00098000.pwm")
    if isExported { machine.folder("\(folder)/pwm1") }
    for name in ["export", "unexport"] { attach(name, "\(folder)/\(name)") }
    for name in ["period", "duty_cycle", "enable"] { attach(name, "\(folder)/pwm1/\(name)") }
  }

  private func attach(_ name: String, _ path: String) {
    let attribute = PWMAttribute(name, self)
    attributes[name] = attribute
    machine.kernel.attach(attribute, at: path)
  }

  func output() throws -> any PWMOutput { try machine.hardware().pwmOutput("1f00098000.pwm/1") }
}

@Suite("PWM on Linux")
struct PWMTests {
  static let period = Interval(nanoseconds: 20_000_000)

  @Test("An output is exported, started low, set in nanoseconds and stopped, once")
  func life() throws {
    let bench = PWMBench()
    let output = try bench.output()
    #expect(bench.trace == ["export=1"])
    try output.start(period: Self.period)
    #expect(
      bench.trace.dropFirst() == ["duty_cycle=0", "period=20000000", "duty_cycle=0", "enable=1"])
    bench.trace = []
    try output.set(high: Interval(nanoseconds: 1_500_000))
    try output.set(high: .zero)
    try output.set(high: Self.period)
    #expect(bench.trace == ["duty_cycle=1500000", "duty_cycle=0", "duty_cycle=20000000"])
    bench.trace = []
    try output.stop()
    try output.stop()
    #expect(bench.trace == ["duty_cycle=0", "enable=0"])
    withExtendedLifetime(output) {}
  }

  @Test("An output whose owner is gone is off, and unexported if it was exported for it")
  func end() throws {
    let bench = PWMBench()
    do {
      let output = try bench.output()
      try output.start(period: Self.period)
      try output.set(high: Self.period)
    }
    #expect(bench.trace.suffix(3) == ["duty_cycle=0", "enable=0", "unexport=1"])
  }

  @Test("An output that was exported already is not exported again, and stays exported")
  func exported() throws {
    let bench = PWMBench(isExported: true)
    do { _ = try bench.output() }
    #expect(bench.trace == ["duty_cycle=0", "enable=0"])
  }

  @Test("A kernel that refuses a high time of 0 before there is a period is not an error")
  func freshChannel() throws {
    let bench = PWMBench()
    bench.attributes["duty_cycle"]?.writeOutcomes = [-EINVAL]
    let output = try bench.output()
    try output.start(period: Self.period)
    #expect(
      bench.trace.dropFirst() == ["duty_cycle=0!", "period=20000000", "duty_cycle=0", "enable=1"])
  }

  @Test(
    "Each write that the kernel refuses is an error with the output's name",
    arguments: [
      ("duty_cycle", ERANGE), ("period", EINVAL), ("enable", EBUSY)
    ])
  func refused(attribute: String, errno: Int32) throws {
    let bench = PWMBench()
    let output = try bench.output()
    bench.attributes[attribute]?.writeOutcomes = [-errno]
    let error = thrown(PWMError.self) { try output.start(period: Self.period) }
    #expect(error == PWMError(output: "1f00098000.pwm/1", errno: errno))
  }

  @Test("Files that udev has not yet given to our group are waited for")
  func udev() throws {
    let bench = PWMBench()
    bench.attributes["period"]?.openOutcomes = [-EACCES, -EACCES]
    let output = try bench.output()
    try output.start(period: Self.period)
    #expect(bench.trace.last == "enable=1")
  }

  @Test("Files that stay forbidden are told with what to do")
  func forbidden() {
    let bench = PWMBench()
    bench.attributes["enable"]?.openOutcomes = [Int32](repeating: -EACCES, count: 99)
    let error = thrown(HardwareError.self) { try bench.output() }
    #expect(error?.reason?.contains("udev rules") == true)
  }

  @Test(
    "An output that a driver has is refused",
    arguments: [
      (EBUSY, "in use by a driver"), (EIO, "cannot be used")
    ])
  func busy(errno: Int32, words: String) {
    let bench = PWMBench()
    bench.attributes["export"]?.writeOutcomes = [-errno]
    let error = thrown(HardwareError.self) { try bench.output() }
    #expect(error?.reason?.contains(words) == true)
  }

  @Test(
    "The board's name leads to the output, by device or by the chip's number",
    arguments: [
      "1f00098000.pwm/1", "pwmchip2/1"
    ])
  func mapping(kernelName: String) throws {
    let bench = PWMBench()
    var names = LinuxNames()
    names.pwmOutputs = ["SERVO": kernelName]
    let output = try bench.machine.hardware(names).pwmOutput("SERVO")
    #expect(output.name == "SERVO")
    #expect(bench.trace == ["export=1"])
  }

  @Test(
    "Outputs that are not there are told with those that are",
    arguments: [
      "1f00098000.pwm/4", "1f00098000.pwm/-1", "1f00098000.pwm", "pwmchip0/1", "x/y/1"
    ])
  func unknown(name: String) {
    let error = thrown(HardwareError.self) { try PWMBench().machine.hardware().pwmOutput(name) }
    #expect(error?.available == ["1f00098000.pwm/0…3"])
    #expect(error?.reason == nil)
  }

  @Test("A machine without PWM says how to get it")
  func none() {
    let error = thrown(HardwareError.self) { try TemporaryMachine().hardware().pwmOutput("x/0") }
    #expect(error?.reason?.contains("Enable its overlay") == true)
  }
}
