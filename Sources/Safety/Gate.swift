// SPDX-License-Identifier: Apache-2.0
import Quantities

/// The one door between plans and actuators. Pure: time and senses in, a SafeCommand out.
///
/// Disarmed at birth. Once per gate period, `pass` checks senses and proposal, applies position,
/// rate and slew limits, and on a refusal ramps to a stop within `rampS` or switches off at once.
/// Stopping has precedence: the ramp is `rampS` long even where that is faster than the rate limit.
/// Thread: one owner.
public struct Gate: Sendable {
  /// What it enforces.
  public let limits: GateLimits
  /// Where it stands; see `SafetyState`.
  public private(set) var state = SafetyState.disarmed
  private var limiters: [RateLimiter]
  private var armedAt = Instant.zero
  private var stoppingSince = Instant.zero
  private var stoppingFrom = SetPoints.zero
  /// The share of `stoppingFrom` still applied; only ever falls.
  private var rampLeft = 0.0

  /// A disarmed gate.
  public init(limits: GateLimits) {
    self.limits = limits
    limiters = limits.actuators.map { RateLimiter(limits: $0, periodS: limits.periodS) }
  }

  /// Arms when nothing speaks against it; otherwise says everything that does and stays as it is.
  public mutating func arm(senses: Senses, now: Instant) -> [Refusal] {
    var refusals = Refusal.allCases.filter { applies($0, to: senses, now: now) }
    if !senses.isGyroCalibrated { refusals.append(.notCalibrated) }
    // Arming on the move would start the limiters at 0 while the motors are not.
    if state != .disarmed { refusals.append(.notDisarmed) }
    guard refusals.isEmpty else { return refusals }
    for i in limiters.indices { limiters[i].settle(at: 0) }
    state = .armed
    armedAt = now
    return []
  }

  /// Outputs off; the way back from a stop.
  public mutating func disarm() { state = .disarmed }

  /// The command for this tick.
  public mutating func pass(_ proposal: Proposal?, senses: Senses, now: Instant) -> SafeCommand {
    if let refusal = refusal(proposal, senses, now) { stop(refusal, now: now) }
    switch state {
    case .armed: return follow(proposal)
    case .stopping(let reason): return ramp(reason, now: now)
    case .disarmed, .stopped: return .off(count: limits.actuators.count)
    }
  }

  /// Stops for a reason, found here or outside (operator, driver).
  ///
  /// An earlier reason is kept, but an immediate one ends the ramp of one that is not.
  public mutating func stop(_ refusal: Refusal, now: Instant) {
    switch state {
    case .armed where !refusal.isImmediate && limits.rampS > 0:
      (stoppingSince, rampLeft) = (now, 1)
      for i in limiters.indices { stoppingFrom[i] = limiters[i].position }
      state = .stopping(refusal)
    case .armed: state = .stopped(refusal)
    case .stopping where refusal.isImmediate: state = .stopped(refusal)
    case .disarmed, .stopping, .stopped: return
    }
  }

  private mutating func follow(_ proposal: Proposal?) -> SafeCommand {
    // What was decided before arming was decided for another situation.
    let isCurrent = proposal.map { $0.at >= armedAt } ?? false
    var setPoints = SetPoints.zero
    for i in limiters.indices {
      setPoints[i] = limiters[i].step(towards: isCurrent ? proposal?.setPoints[i] ?? 0 : 0)
    }
    return SafeCommand(setPoints: setPoints, count: limiters.count, isEnabled: true)
  }

  private mutating func ramp(_ reason: Refusal, now: Instant) -> SafeCommand {
    let elapsedS = ageS(of: stoppingSince, now)
    rampLeft = min(rampLeft, 1 - elapsedS / limits.rampS)
    // A clock that went back behind the start of the ramp cannot be trusted to end it.
    guard rampLeft > 0, elapsedS >= 0 else {
      state = .stopped(reason)
      return .off(count: limits.actuators.count)
    }
    return SafeCommand(
      setPoints: stoppingFrom * rampLeft, count: limits.actuators.count, isEnabled: true)
  }

  /// The most urgent reason to stop now.
  private func refusal(_ proposal: Proposal?, _ senses: Senses, _ now: Instant) -> Refusal? {
    if let proposal {
      for i in limiters.indices where !proposal.setPoints[i].isFinite { return .nonFiniteCommand }
    }
    for refusal in Refusal.byUrgency where applies(refusal, to: senses, now: now) { return refusal }
    let decidedAt = max(proposal?.at ?? armedAt, armedAt)
    return isStale(decidedAt, limits.planTimeoutS, now) ? .stalePlan : nil
  }

  /// Whether the senses alone give this reason.
  private func applies(_ refusal: Refusal, to senses: Senses, now: Instant) -> Bool {
    switch refusal {
    case .noImu: senses.imuAt == nil || senses.tiltRad == nil
    case .staleImu: senses.imuAt.map { isStale($0, limits.imuTimeoutS, now) } ?? false
    case .frozenImu: senses.isImuFrozen
    case .implausibleImu: senses.isImuImplausible
    case .noFrame: limits.frameTimeoutS != nil && senses.frameAt == nil
    case .staleFrame:
      if let timeout = limits.frameTimeoutS, let at = senses.frameAt {
        isStale(at, timeout, now)
      } else {
        false
      }
    case .frozenFrame: limits.frameTimeoutS != nil && senses.isFrameFrozen
    case .nonFiniteSense: senses.tiltRad.map { !$0.isFinite } ?? false
    case .tilted: senses.tiltRad.map { abs($0) > limits.tiltRad } ?? false
    case .deviceFailed: senses.hasDeviceFailed
    case .stalePlan, .nonFiniteCommand, .notCalibrated, .notDisarmed, .operatorStop: false
    }
  }

  /// Too old, or from the future (a clock that jumped is no evidence of freshness).
  private func isStale(_ at: Instant, _ timeoutS: Double, _ now: Instant) -> Bool {
    let ageS = ageS(of: at, now)
    return ageS > timeoutS || ageS < -limits.periodS
  }

  /// Seconds from `at` to `now`; endless where the difference does not fit, instead of a trap.
  private func ageS(of at: Instant, _ now: Instant) -> Double {
    let (difference, overflows) = now.nanoseconds.subtractingReportingOverflow(at.nanoseconds)
    return overflows ? .infinity : Double(difference) * 1e-9
  }
}
