// SPDX-License-Identifier: Apache-2.0
import Quantities

/// The one door between plans and actuators. Pure: time and senses in, a SafeCommand out.
///
/// Born booting, disarmed after that. Once per gate period, `pass` checks senses and proposal,
/// applies position, rate, slew and heat limits, and on a refusal does what its failsafe says:
/// slows, ramps to a stop within `rampS` or switches off at once. Stopping has precedence: the ramp
/// is `rampS` long even where that is faster than the rate limit.
/// Thread: one owner.
public struct Gate: Sendable {
  /// What it enforces.
  public private(set) var limits: GateLimits
  /// Where it stands; see `SafetyState`.
  public private(set) var state = SafetyState.booting
  /// All that is wrong now and has been for as long as its failsafe waits.
  public var active: RefusalSet { watch.active }
  private var watch: RefusalWatch
  private var limiters: [RateLimiter]
  private var heat: [HeatModel?]
  private var armedAt = Instant.zero
  /// Since when nothing has spoken for being slow.
  private var clearSince: Instant?
  private var stoppingSince = Instant.zero
  private var stoppingFrom = SetPoints.zero
  /// The share of `stoppingFrom` still applied; only ever falls.
  private var rampLeft = 0.0

  /// A gate that boots.
  public init(limits: GateLimits) {
    self.limits = limits
    watch = RefusalWatch(limits: limits)
    limiters = limits.actuators.map { RateLimiter(limits: $0, periodS: limits.periodS) }
    heat = limits.actuators.map { actuator in
      actuator.heat.map { HeatModel(limit: $0, periodS: limits.periodS) }
    }
  }

  /// Other limits from now on, for the same actuators; their heat stays as it is.
  ///
  /// False, and nothing changes, while anything may move.
  public mutating func adopt(_ new: GateLimits) -> Bool {
    guard !state.isEnabled, new.actuators.count == limits.actuators.count else { return false }
    (limits, watch.limits) = (new, new)
    for i in limiters.indices {
      limiters[i] = RateLimiter(limits: new.actuators[i], periodS: new.periodS)
      if let limit = new.actuators[i].heat { heat[i]?.limit = limit }
    }
    return true
  }

  /// The robot has started: disarmed, and may be armed.
  public mutating func finishBooting() { apply(.booted) }

  /// Everything that speaks against arming now. Allocates: not for the tick path.
  public func refusals(senses: Senses, now: Instant) -> [Refusal] {
    bars(senses: senses, now: now).all
  }

  /// The same without asking for memory.
  public func bars(senses: Senses, now: Instant) -> RefusalSet {
    let moment = Moment(
      proposal: nil, senses: senses, decidedAt: now, commanded: .zero, isEnabled: false,
      now: now)
    var bars = RefusalSet()
    for refusal in RefusalWatch.refusals { bars.set(refusal, isBarred(by: refusal, moment)) }
    return bars
  }

  private func isBarred(by refusal: Refusal, _ moment: Moment) -> Bool {
    switch refusal {
    case .notStarted: state == .booting
    // Arming on the move would start the limiters where the motors are not.
    case .notDisarmed: state != .disarmed && state != .booting
    case .notCalibrated: !moment.senses.isGyroCalibrated
    case .watchdogReset: state == .faulted(.watchdogReset)
    default:
      refusal.isArmingCheck && limits.failsafes[refusal].action >= .slow
        && watch.applies(refusal, moment)
    }
  }

  /// Arms when nothing speaks against it; otherwise says everything that does and stays as it is.
  ///
  /// Set points start from what the actuators are measured to do, so that nothing jumps.
  public mutating func arm(senses: Senses, now: Instant) -> [Refusal] {
    let refusals = refusals(senses: senses, now: now)
    guard refusals.isEmpty else { return refusals }
    for i in limiters.indices {
      let measured = senses.isMeasured[i] ? senses.measured[i] : 0
      limiters[i].settle(at: measured.isFinite ? measured : 0)
    }
    (armedAt, clearSince) = (now, nil)
    watch.begin()
    apply(.arm)
    if limits.armingS <= 0 { apply(.settled) }
    return []
  }

  /// Outputs off; the way back from a stop that is not latched.
  public mutating func disarm() { apply(.disarm(latches: latches)) }

  /// The way back from a latched one.
  public mutating func acknowledge() { apply(.acknowledge) }

  /// Latches a fault that was found before the robot may be armed.
  public mutating func latch(_ refusal: Refusal) { apply(.cut(refusal, latches: true)) }

  /// Stops for a reason, found here or outside (operator, driver).
  ///
  /// An earlier reason is kept, but one that cuts ends the ramp of one that does not.
  public mutating func stop(_ refusal: Refusal, now: Instant) {
    let failsafe = limits.failsafes[refusal]
    // A robot that stands still need not be stopped, but what latches has to be acknowledged.
    if case .stopped = state, failsafe.recovery == .latch { return latch(refusal) }
    // What is wrong while nothing moves keeps it from arming.
    guard state.isEnabled else { return }
    if failsafe.action == .cut || limits.rampS <= 0 {
      // What was latching goes on latching.
      return apply(.cut(refusal, latches: failsafe.recovery == .latch || latches))
    }
    guard state.isFollowing || state == .arming else { return }
    (stoppingSince, stoppingFrom, rampLeft) = (now, positions, 1)
    apply(.ramp(refusal))
  }

  /// The command for this tick.
  public mutating func pass(_ proposal: Proposal?, senses: Senses, now: Instant) -> SafeCommand {
    let worst = watch.look(
      Moment(
        proposal: proposal, senses: senses, decidedAt: max(proposal?.at ?? armedAt, armedAt),
        commanded: positions, isEnabled: state.isEnabled, now: now))
    if let worst { fall(worst, now) }
    recover(now)
    switch state {
    case .armed: return follow(proposal, share: 1)
    case .degraded: return follow(proposal, share: limits.slowShare)
    case .arming: return rest()
    case .stopping(let reason): return ramp(reason, now: now)
    case .booting, .disarmed, .stopped, .faulted: return .off(count: limits.actuators.count)
    }
  }

  private mutating func apply(_ event: SafetyEvent) { state = state.after(event) }

  /// Whether what stops it now latches.
  private var latches: Bool {
    state.reason.map { limits.failsafes[$0].recovery == .latch } ?? false
  }

  private mutating func fall(_ worst: Refusal, _ now: Instant) {
    if limits.failsafes[worst].action >= .ramp {
      stop(worst, now: now)
      // A milder one may latch what a graver one stopped.
      if case .stopped = state, let latching = watch.latching { latch(latching) }
      return
    }
    // What slows it for good goes on being named when it is over.
    if case .degraded = state, latches, limits.failsafes[worst].recovery != .latch { return }
    apply(.slow(worst))
  }

  /// Lets it go on once it has been arming, or well, for long enough.
  private mutating func recover(_ now: Instant) {
    if state == .arming, ageS(of: armedAt, now) >= limits.armingS {
      armedAt = now
      apply(.settled)
    }
    guard case .degraded(let reason) = state else { return }
    guard !watch.isSlowing else { return clearSince = nil }
    let since = clearSince ?? now
    clearSince = since
    if ageS(of: since, now) >= limits.clearS, limits.failsafes[reason].recovery == .disarm {
      apply(.clear)
    }
  }

  private mutating func follow(_ proposal: Proposal?, share: Double) -> SafeCommand {
    // What was decided before arming was decided for another situation.
    let isCurrent = proposal.map { $0.at >= armedAt } ?? false
    var setPoints = SetPoints.zero
    for i in limiters.indices {
      let target = isCurrent ? share * (proposal?.setPoints[i] ?? 0) : 0
      let bound = heat[i]?.bound ?? .infinity
      setPoints[i] = limiters[i].step(towards: min(max(target, -bound), bound))
      heat[i]?.feel(setPoints[i])
    }
    return SafeCommand(setPoints: setPoints, count: limiters.count, isEnabled: true)
  }

  /// Outputs on, where they were when it was armed.
  private func rest() -> SafeCommand {
    SafeCommand(setPoints: positions, count: limiters.count, isEnabled: true)
  }

  /// Where the limiters are.
  private var positions: SetPoints {
    var positions = SetPoints.zero
    for i in limiters.indices { positions[i] = limiters[i].position }
    return positions
  }

  private mutating func ramp(_ reason: Refusal, now: Instant) -> SafeCommand {
    let elapsedS = ageS(of: stoppingSince, now)
    rampLeft = min(rampLeft, 1 - elapsedS / limits.rampS)
    // A clock that went back behind the start of the ramp cannot be trusted to end it.
    guard rampLeft > 0, elapsedS >= 0 else {
      apply(.rampOver(latches: latches))
      return .off(count: limits.actuators.count)
    }
    return SafeCommand(
      setPoints: stoppingFrom * rampLeft, count: limits.actuators.count, isEnabled: true)
  }
}

/// Seconds from `at` to `now`; endless where the difference does not fit, instead of a trap.
func ageS(of at: Instant, _ now: Instant) -> Double {
  let (difference, overflows) = now.nanoseconds.subtractingReportingOverflow(at.nanoseconds)
  return overflows ? .infinity : Double(difference) * 1e-9
}
