// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Quantities
import Safety

/// A clock that moves only when somebody sleeps.
final class TestClock: Clock {
  var now = Instant.zero
  func sleep(until deadline: Instant) { now = max(now, deadline) }
}

/// Edges as a test wants them.
final class TestEdges: EdgeLine {
  let name: String
  var queue: [Edge] = []
  var error: LineError?
  private var sequence: UInt32 = 0

  init(name: String = "IMU_INT") { self.name = name }

  func rise(atMs ms: Double) { edge(rising: true, atMs: ms) }

  func edge(rising: Bool, atMs ms: Double) {
    sequence &+= 1
    queue.append(
      Edge(at: Instant(nanoseconds: Int64(ms * 1e6)), sequence: sequence, isRising: rising))
  }

  /// Edges that are counted but never come.
  func lose(_ count: UInt32) { sequence &+= count }

  /// The next edge is number `sequence` + 1.
  func skip(to sequence: UInt32) { self.sequence = sequence }

  func nextEdge() throws(LineError) -> Edge? {
    if let error { throw error }
    return queue.isEmpty ? nil : queue.removeFirst()
  }
}

/// An output line that writes its levels into the bus's trace.
final class TestOutput: OutputLine {
  let name: String
  private let label: String
  let bus: ScriptedBus
  var fails = false
  /// Nil until driven.
  private(set) var level: Bool?
  private(set) var attempts = 0

  /// - Parameter label: what the trace calls it.
  init(bus: ScriptedBus, name: String = "MOTOR_STBY", label: String = "STBY") {
    (self.bus, self.name, self.label) = (bus, name, label)
  }

  func set(high: Bool) throws(LineError) {
    attempts += 1
    bus.note(high ? "\(label) high" : "\(label) low")
    if fails { throw LineError(line: name, errno: 16) }
    level = high
  }
}

/// An input line that is high until a test says otherwise.
final class TestInput: InputLine {
  let name: String
  var level = true
  var fails = false

  init(name: String = "MOTOR_FAULT") { self.name = name }

  func isHigh() throws(LineError) -> Bool {
    if fails { throw LineError(line: name, errno: 16) }
    return level
  }
}

/// A PWM output of the computer that writes what it is told into a bus's trace.
final class TestPWM: PWMOutput {
  let name: String
  let bus: ScriptedBus
  var fails = false

  init(bus: ScriptedBus, name: String = "PWM0") { (self.bus, self.name) = (bus, name) }

  func start(period: Interval) throws(PWMError) { try tell("cycle \(period.nanoseconds / 1000)us") }
  func set(high: Interval) throws(PWMError) { try tell("high \(high.nanoseconds / 1000)us") }
  func stop() throws(PWMError) { try tell("stop") }

  private func tell(_ what: String) throws(PWMError) {
    bus.note("\(name) \(what)" + (fails ? "!" : ""))
    if fails { throw PWMError(output: name, errno: 19) }
  }
}

/// The only way to a command that moves something: a gate, armed, with good senses.
struct ArmedGate {
  private var gate: Gate
  private var senses = Senses()
  private var now = Instant.zero
  let refusals: [Refusal]

  init(actuators: Int = 2) {
    let wide = ActuatorLimits(lower: -1, upper: 1, ratePerS: 1e6, slewPerS2: 1e9)
    gate = Gate(
      limits: GateLimits(
        actuators: [ActuatorLimits](repeating: wide, count: actuators), periodS: 0.01,
        imuTimeoutS: 0.1, frameTimeoutS: nil, planTimeoutS: 1, rampS: 0.1, tiltRad: 1))
    gate.finishBooting()
    (senses.imuAt, senses.tiltRad, senses.isGyroCalibrated) = (now, 0, true)
    refusals = gate.arm(senses: senses, now: now)
  }

  mutating func command(_ setPoints: SetPoints) -> SafeCommand {
    now = now + Interval(nanoseconds: 10_000_000)
    senses.imuAt = now
    return gate.pass(Proposal(setPoints: setPoints, at: now), senses: senses, now: now)
  }
}

/// The device error that `work` ends with; nil when it ends well or with another.
func thrown<Result>(_ work: () throws -> Result) -> DeviceError? {
  do {
    _ = try work()
    return nil
  } catch { return error as? DeviceError }
}
