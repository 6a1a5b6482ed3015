// SPDX-License-Identifier: Apache-2.0
import Quantities

/// What the guard makes of the runtime's heartbeats. Pure: words and time in, a verdict out.
///
/// ```
/// waiting --first heartbeat--> holding --rested for restS--> allowing --fault--> holding
///    ^ outputs off                ^ outputs off                 outputs as the runtime wants
///    |                            |
///    +------- left <--says goodbye+     silence goes on: late, holding, recording, resetting
/// ```
/// It can only stop: outputs are on while the runtime wants them and has given no cause for doubt.
/// After a fault, and in a new session, they come back only once the runtime has wanted them off
/// for `restS`, which it does when somebody disarms it.
/// Source of the rungs: ArduPilot's watchdog on Linux boards (log, error, crash dump, reset).
public struct GuardLadder: Sendable {
  public let settings: GuardSettings
  /// Where it stands after the last look.
  public private(set) var rung = Rung.waiting
  /// Why the outputs are off although the runtime wanted them; nil when there is no such reason.
  public private(set) var fault: GuardFault?
  /// The newest heartbeat that was believed.
  public private(set) var last: Heartbeat?
  private var lastSeenAt = Instant.zero
  private var restingSince: Instant?
  private var imuSamples: UInt32 = 0
  private var imuSeenAt = Instant.zero

  /// How far it has gone.
  public enum Rung: String, CaseIterable, Sendable {
    /// No runtime has been heard.
    case waiting
    /// The runtime ended on purpose.
    case left
    /// The outputs are as the runtime wants them.
    case allowing
    /// The outputs are off until the runtime has rested.
    case holding
    /// So long silent that what is known is written down.
    case recording
    /// So long silent that the computer shall start anew: the watchdog is not kicked.
    case resetting
  }

  /// What to do now.
  public struct Verdict: Equatable, Sendable {
    public var enablesOutputs: Bool
    public var kicksWatchdog: Bool
    /// Which relays are closed.
    public var relays: UInt8
  }

  public init(settings: GuardSettings = GuardSettings()) { self.settings = settings }

  /// One look at the shared memory.
  public mutating func look(_ words: SIMD8<UInt64>, now: Instant) -> Verdict {
    if let heartbeat = Heartbeat(words: words), heartbeat != last { take(heartbeat, now) }
    if rung != .waiting, rung != .left { judge(now) }
    let granted = rung == .allowing && last?.wantsOutputs == true ? last : nil
    return Verdict(
      enablesOutputs: granted != nil, kicksWatchdog: rung != .resetting,
      relays: granted?.relays ?? 0)
  }

  private mutating func take(_ heartbeat: Heartbeat, _ now: Instant) {
    // Whoever sent it: what follows counts with these times.
    if hasAbsurdTimes(heartbeat, now) { return hold(.absurdTimes) }
    let isFirst = last?.session != heartbeat.session
    if isFirst {
      if last?.wantsOutputs == true, rung == .allowing { hold(.newSession) }
      (rung, restingSince, imuSeenAt) = (.holding, nil, now)
    } else if let doubt = doubt(heartbeat) {
      hold(doubt)
      // Not believed: silence goes on. Only a count that jumped, as when one of the two had no CPU
      // for a while, is followed from there on.
      if doubt != .skipping { return }
    }
    if heartbeat.imuSamples != imuSamples { imuSeenAt = now }
    (last, lastSeenAt, imuSamples) = (heartbeat, now, heartbeat.imuSamples)
    if heartbeat.isLeaving { return (rung, restingSince) = (.left, nil) }
    if heartbeat.wantsOutputs {
      restingSince = nil
      if rung != .allowing, fault == nil { fault = .notRested }
    } else if restingSince == nil {
      restingSince = now
    }
    if rung == .recording || rung == .resetting { rung = .holding }
  }

  private func hasAbsurdTimes(_ heartbeat: Heartbeat, _ now: Instant) -> Bool {
    let aheadS = ageS(of: now, heartbeat.sentAt)
    let promiseS = ageS(of: heartbeat.sentAt, heartbeat.nextBy)
    return aheadS > settings.clockSlackS || promiseS < 0 || promiseS > settings.longestPromiseS
  }

  /// What is wrong with the count of a heartbeat that is whole.
  private func doubt(_ heartbeat: Heartbeat) -> GuardFault? {
    guard let last else { return nil }
    let step = heartbeat.sequence.subtractingReportingOverflow(last.sequence)
    if step.overflow { return .backward }
    if step.partialValue == 0 { return .stuck }
    return step.partialValue > settings.mostSkipped ? .skipping : nil
  }

  private mutating func judge(_ now: Instant) {
    guard let last else { return }
    let lateS = min(ageS(of: last.nextBy, now), ageS(of: lastSeenAt, now))
    if rung == .allowing {
      if lateS > settings.patienceS { hold(.silent) }
      if last.wantsOutputs, ageS(of: imuSeenAt, now) > settings.imuTimeoutS { hold(.noSamples) }
    }
    if rung == .holding {
      if let restingSince, lateS <= settings.patienceS,
        ageS(of: restingSince, now) >= settings.restS
      {
        (rung, fault) = (.allowing, nil)
      } else if lateS > settings.recordAfterS {
        rung = .recording
      }
    }
    if rung == .recording, lateS > settings.resetAfterS { rung = .resetting }
  }

  private mutating func hold(_ reason: GuardFault) {
    if rung == .allowing || fault == nil { fault = reason }
    if rung == .allowing { rung = .holding }
    restingSince = nil
  }
}

/// Why the guard turned the outputs off.
public enum GuardFault: String, CaseIterable, Sendable {
  case silent, stuck, backward, skipping, absurdTimes, noSamples, newSession, notRested

  /// What happened, and what to do about it.
  public var description: String {
    switch self {
    case .silent: "the runtime fell silent: it crashed, hangs or was stopped. See its log; restart."
    case .stuck: "the runtime's heartbeats do not count on: it hangs in a loop. Restart it."
    case .backward: "the runtime's heartbeats count backward: two runtimes? Stop one of them."
    case .skipping: "the runtime's heartbeats skip: it or the guard had no CPU. Lower its rates."
    case .absurdTimes: "the runtime's clock is not the guard's. Restart both."
    case .noSamples: "the runtime lives but no IMU sample came. Check the IMU, then arm again."
    case .newSession: "another runtime took over while the outputs were on. Arm it again."
    case .notRested: "the runtime wants the outputs on before it rested. Disarm it, then arm again."
    }
  }
}

/// How patient the guard is.
public struct GuardSettings: Hashable, Sendable {
  /// How late a heartbeat may be before the outputs go off.
  public var patienceS = 0.02
  /// The longest silence that a heartbeat may announce.
  public var longestPromiseS = 0.2
  /// How far the runtime's clock may be ahead: both read the same one.
  public var clockSlackS = 0.005
  /// The most that the count may go on between two looks.
  public var mostSkipped: UInt64 = 8
  /// How long the IMU may deliver nothing while the outputs are on. The runtime's own timeout is
  /// shorter; this is for one that lies. Longer than a mind thinks (planner.deadline, 0.2 s), for
  /// nobody takes samples meanwhile.
  public var imuTimeoutS = 0.3
  /// How long the runtime must want the outputs off before they can come back.
  public var restS = 0.5
  /// How late a heartbeat is when the guard writes down what it knows.
  public var recordAfterS = 0.5
  /// How late a heartbeat is when the guard lets the kernel's watchdog reset the computer.
  public var resetAfterS = 10.0

  public init() {}
}
