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

  func nextEdge() throws(LineError) -> Edge? {
    if let error { throw error }
    return queue.isEmpty ? nil : queue.removeFirst()
  }
}

/// An output line that writes its levels into the bus's trace.
final class TestOutput: OutputLine {
  let name = "MOTOR_STBY"
  let bus: ScriptedBus
  var fails = false
  /// Nil until driven.
  private(set) var level: Bool?
  private(set) var attempts = 0

  init(bus: ScriptedBus) { self.bus = bus }

  func set(high: Bool) throws(LineError) {
    attempts += 1
    bus.note(high ? "STBY high" : "STBY low")
    if fails { throw LineError(line: name, errno: 16) }
    level = high
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
func thrown(_ work: () throws -> Any) -> DeviceError? {
  do {
    _ = try work()
    return nil
  } catch { return error as? DeviceError }
}
