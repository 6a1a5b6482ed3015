// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Safety
import Testing

/// How bridges may be wired, and bridges on the computer's own outputs.
struct BridgeChipTests {
  let bus = ScriptedBus(address: 0x40)

  private var pulse: PWMChannel {
    .output(TestPWM(bus: bus), period: Interval(nanoseconds: 50_000))
  }
  private var line: PWMChannel { .line(TestOutput(bus: bus, name: "IN1", label: "IN1")) }

  private func refusal(
    _ chip: BridgeChip, _ motors: [BridgeMotor], fault: (any InputLine)? = nil, decay: Decay? = nil
  ) -> (setting: String, possible: String)? {
    let sleep = TestOutput(bus: bus)
    let error = thrown {
      try chip.driver(motors: motors, sleep: sleep, fault: fault, decay: decay)
    }
    guard case .unsupported(_, let setting, _, let possible) = error else { return nil }
    return (setting, possible)
  }

  @Test("Names are those of board.yaml, and each chip says its pins")
  func names() {
    #expect(BridgeChip.allCases.map(\.rawValue) == ["tb6612", "drv8833"])
    #expect(BridgeChip.allCases.map(\.traits.sleepPin) == ["STBY", "nSLEEP"])
    #expect(BridgeChip.allCases.map(\.traits.faultPin) == [nil, "nFAULT"])
    #expect(BridgeChip.allCases.map(\.traits.hasPWMInput) == [true, false])
  }

  @Test("No motor, or more than the chip has bridges, is refused", arguments: [0, 3])
  func motors(count: Int) {
    let motors = [BridgeMotor](
      repeating: BridgeMotor(pwm: pulse, in1: line, in2: line), count: count)
    #expect(refusal(.tb6612, motors)?.possible == "1 to 2")
  }

  @Test("A chip without PWM input is not given one, one with it is")
  func inputs() {
    let (with, without) = (
      BridgeMotor(pwm: pulse, in1: pulse, in2: pulse), BridgeMotor(in1: pulse, in2: pulse)
    )
    #expect(refusal(.tb6612, [without])?.possible == "PWM, IN1 and IN2")
    #expect(refusal(.drv8833, [with])?.possible == "IN1 and IN2")
    #expect(refusal(.tb6612, [with]) == nil && refusal(.drv8833, [without]) == nil)
  }

  @Test("Power comes from what can pulse; direction may come from lines")
  func lines() {
    #expect(refusal(.tb6612, [BridgeMotor(pwm: line, in1: line, in2: line)])?.setting == "PWM")
    #expect(refusal(.drv8833, [BridgeMotor(in1: pulse, in2: line)])?.setting == "PWM")
    #expect(refusal(.tb6612, [BridgeMotor(pwm: pulse, in1: line, in2: line)]) == nil)
  }

  @Test("A fault line or a decay that the chip has not is refused")
  func extras() {
    let motor = BridgeMotor(pwm: pulse, in1: line, in2: line)
    #expect(refusal(.tb6612, [motor], fault: TestInput())?.setting == "a fault line")
    #expect(refusal(.tb6612, [motor], decay: .fast)?.possible == "slow")
    let other = BridgeMotor(in1: pulse, in2: pulse)
    for decay in Decay.allCases { #expect(refusal(.drv8833, [other], decay: decay) == nil) }
  }

  @Test("A TB6612 on a PWM output and two lines gets what one on a PCA9685 gets, without repeats")
  func computerOutputs() throws {
    var gate = ArmedGate()
    let lines = ["IN1", "IN2"].map { TestOutput(bus: bus, name: $0, label: $0) }
    let bridge = try BridgeChip.tb6612.driver(
      motors: [BridgeMotor(pwm: pulse, in1: .line(lines[0]), in2: .line(lines[1]))],
      sleep: TestOutput(bus: bus))
    try bridge.start(clock: TestClock())
    #expect(
      bus.trace == [
        "STBY low", "PWM0 stop", "IN1 low", "IN2 low", "PWM0 cycle 50us", "IN1 low", "IN2 low"
      ])
    bus.forget()
    for value in [0.5, 0.5, -0.2] { try bridge.apply(gate.command([value, 0, 0, 0, 0, 0, 0, 0])) }
    #expect(
      bus.trace == [
        "PWM0 high 25us", "IN1 high", "STBY high", "PWM0 high 10us", "IN1 low", "IN2 high"
      ])
    bus.forget()
    try bridge.apply(.off(count: 2))
    #expect(bus.trace == ["STBY low", "PWM0 stop", "IN1 low", "IN2 low"])
    bus.forget()
    try bridge.apply(gate.command([1, 0, 0, 0, 0, 0, 0, 0]))
    #expect(
      bus.trace == ["PWM0 cycle 50us", "PWM0 high 50us", "IN1 high", "IN2 low", "STBY high"])
  }

  @Test("A PWM output that refuses is told, at the start and while driving")
  func outputFails() throws {
    var gate = ArmedGate()
    let output = TestPWM(bus: bus)
    let channel = PWMChannel.output(output, period: Interval(nanoseconds: 50_000))
    let bridge = try BridgeChip.drv8833.driver(
      motors: [BridgeMotor(in1: channel, in2: channel)], sleep: TestOutput(bus: bus))
    output.fails = true
    let expected = DeviceError.pwm(PWMError(output: "PWM0", errno: 19))
    #expect(thrown { try bridge.start(clock: TestClock()) } == expected)
    output.fails = false
    try bridge.start(clock: TestClock())
    output.fails = true
    #expect(thrown { try bridge.apply(gate.command([1, 0, 0, 0, 0, 0, 0, 0])) } == expected)
    bus.forget()
    bridge.stop()
    #expect(bus.trace == ["STBY low"] + [String](repeating: "PWM0 stop!", count: 4))
  }
}

struct PWMChipTests {
  let traits = PWMChip.pca9685.traits

  private func possible(_ address: UInt8, _ frequencyHz: Double) -> String? {
    guard
      case .unsupported("PCA9685", _, _, let possible) = thrown({
        try traits.check(address: address, frequencyHz: frequencyHz)
      })
    else { return nil }
    return possible
  }

  @Test("Every address that the pins can choose is allowed but the reserved ones and all-call")
  func addresses() {
    for address in UInt8(0x03)...0x7F {
      let isGood = (0x40...0x77).contains(address) && address != 0x70
      #expect((possible(address, 50) == nil) == isGood, "\(hex(address))")
    }
    #expect(traits.addresses.first == 0x40 && traits.addresses.count == 55)
  }

  @Test("0x70 is refused with its reason: every PCA9685 answers there after power-up")
  func allCall() { #expect(possible(0x70, 50)?.contains("every PCA9685") == true) }

  @Test("Frequencies outside 24 to 1526 Hz are refused", arguments: [23.9, 1526.1, 0, -1])
  func frequency(hz: Double) { #expect(possible(0x40, hz) == "24 to 1526 Hz") }
}
