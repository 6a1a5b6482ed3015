// SPDX-License-Identifier: Apache-2.0
import Board
import Guard
import Quantities
import Runtime
import Simulation

/// The control loop of a trial that moves something: whatever is wrong ends it, outputs off.
final class TrialLoop {
  let loop: ControlLoop
  private let session: CalibrationSession
  private let faults: TimedFaults

  init(_ loop: ControlLoop, _ session: CalibrationSession, _ faults: TimedFaults) {
    (self.loop, self.session, self.faults) = (loop, session, faults)
  }

  /// Chips checked, gyro calibrated at rest, armed.
  ///
  /// - Throws: that something latched in a run before; it must be acknowledged there.
  func start() throws {
    let memory = try FaultMemory(
      folder: session.folder, guardFolder: GuardRecord.usualFolder,
      start: faults.isReal ? .read() : nil, acknowledges: false)
    try loop.start()
    if let latched = memory.latched { loop.latch(latched) }
    let refusals = loop.arm()
    guard refusals.isEmpty else { throw RunError.notArmed(refusals.map(\.description)) }
  }

  /// Everything off. Idempotent.
  func stop() { loop.disarm() }

  /// Ends it at once for a reason of the trial's own.
  func end(_ why: String) -> CalibrateError {
    loop.stop(.operatorStop)
    return .stopped(why, saved: session.saved)
  }

  /// One gate period; the operator or a fault ends it all.
  func tick(isStopped: Bool) throws(CalibrateError) {
    if isStopped { throw end("a key was pressed, or the line to the operator was cut.") }
    try faults.apply(now: loop.body.clock.now)
    loop.tick()
    switch loop.gate.state {
    case .arming, .armed: return
    case .booting, .disarmed: throw .stopped("the gate is disarmed.", saved: session.saved)
    case .degraded(let reason), .stopping(let reason), .stopped(let reason), .faulted(let reason):
      let detail = loop.perception.lastError.map { " (\($0))" } ?? ""
      throw end(reason.description + detail)  // no ramp: nothing here is worth one
    }
  }
}

/// Breaks the parts of a simulated machine on purpose, at their times from the first tick on.
final class TimedFaults {
  private let machine: SimulatedMachine?
  /// Whether the parts break by themselves.
  var isReal: Bool { machine == nil }
  private var injections: [Injection]
  private var startedAt: Instant?

  /// - Parameter machine: nil for a real one, whose parts break by themselves.
  init(_ machine: SimulatedMachine?, _ injections: [Injection]) {
    (self.machine, self.injections) = (machine, injections)
  }

  func apply(now: Instant) throws(CalibrateError) {
    let startedAt = startedAt ?? now
    self.startedAt = startedAt
    let elapsedS = (now - startedAt).seconds
    do throws(InjectionError) {
      for injection in injections where elapsedS >= injection.atS {
        try machine?.inject(injection.fault, into: injection.part)
      }
    } catch { throw .injection(error) }
    injections.removeAll { elapsedS >= $0.atS }
  }
}
