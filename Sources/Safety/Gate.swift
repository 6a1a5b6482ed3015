// SPDX-License-Identifier: Apache-2.0
import Quantities

/// What the gate must know of the robot's senses at one tick.
public struct Senses: Equatable, Sendable {
  /// When the newest IMU sample was taken; nil before the first.
  public var imuAt: Instant?
  /// When the newest frame was taken; nil before the first or without a camera.
  public var frameAt: Instant?
  /// Angle between the robot's up and the world's, radians; nil until the attitude is known.
  public var tiltRad: Double?
  public var isGyroCalibrated = false
  /// The IMU repeats itself beyond chance.
  public var isImuFrozen = false
  /// The camera repeats itself, noise and all.
  public var isFrameFrozen = false
  /// A driver reported a failure since the last tick.
  public var hasDeviceFailed = false

  public init() {}
}

/// What the mind asks for.
public struct Proposal: Equatable, Sendable {
  public var setPoints: SetPoints
  /// When it was decided.
  public var at: Instant

  public init(setPoints: SetPoints, at: Instant) { (self.setPoints, self.at) = (setPoints, at) }
}

/// The one door between plans and actuators. Pure: time and senses come in, a SafeCommand goes out.
///
/// Disarmed at birth. Once per gate period, `pass` checks senses and proposal, applies position, rate
/// and slew limits, and on a refusal ramps to a stop within `rampS` or switches off at once.
/// Thread: one owner.
public struct Gate: Sendable {
  public let limits: GateLimits
  public private(set) var state = SafetyState.disarmed
  private var limiters: [RateLimiter]
  private var stoppingSince = Instant.zero
  private var stoppingFrom = SetPoints.zero

  public init(limits: GateLimits) {
    self.limits = limits
    limiters = limits.actuators.map { RateLimiter(limits: $0, periodS: limits.periodS) }
  }

  /// Arms when nothing speaks against it; otherwise says everything that does and stays as it is.
  public mutating func arm(senses: Senses, now: Instant) -> [Refusal] {
    var refusals = Refusal.allCases.filter { applies($0, to: senses, now: now) }
    if !senses.isGyroCalibrated { refusals.append(.notCalibrated) }
    guard refusals.isEmpty else { return refusals }
    for i in limiters.indices { limiters[i].settle(at: 0) }
    state = .armed
    armedAt = now
    return []
  }
  private var armedAt = Instant.zero

  /// Outputs off; the way back from a stop.
  public mutating func disarm() { state = .disarmed }

  /// The command for this tick.
  public mutating func pass(_ proposal: Proposal?, senses: Senses, now: Instant) -> SafeCommand {
    if state == .armed, let refusal = firstRefusal(proposal, senses, now) { stop(refusal, now: now) }
    if case .stopping(let reason) = state, reason.isImmediate == false,
      let refusal = immediateRefusal(senses, now)
    {
      state = .stopped(refusal)
    }
    switch state {
    case .armed: return follow(proposal)
    case .stopping(let reason): return ramp(reason, now: now)
    case .disarmed, .stopped: return .off(count: limits.actuators.count)
    }
  }

  /// Stops for a reason found outside (operator, driver); keeps an earlier reason.
  public mutating func stop(_ refusal: Refusal, now: Instant) {
    guard state == .armed else { return }
    guard !refusal.isImmediate, limits.rampS > 0 else { return state = .stopped(refusal) }
    stoppingSince = now
    for i in limiters.indices { stoppingFrom[i] = limiters[i].position }
    state = .stopping(refusal)
  }

  private mutating func follow(_ proposal: Proposal?) -> SafeCommand {
    var setPoints = SetPoints.zero
    for i in limiters.indices {
      setPoints[i] = limiters[i].step(towards: proposal?.setPoints[i] ?? 0)
    }
    return SafeCommand(setPoints: setPoints, count: limiters.count, isEnabled: true)
  }

  private mutating func ramp(_ reason: Refusal, now: Instant) -> SafeCommand {
    let left = 1 - (now - stoppingSince).seconds / limits.rampS
    guard left > 0, left <= 1 else {
      state = .stopped(reason)
      return .off(count: limits.actuators.count)
    }
    return SafeCommand(
      setPoints: stoppingFrom * left, count: limits.actuators.count, isEnabled: true)
  }

  private func firstRefusal(_ proposal: Proposal?, _ senses: Senses, _ now: Instant) -> Refusal? {
    if let proposal {
      for i in limiters.indices where !proposal.setPoints[i].isFinite { return .nonFiniteCommand }
    }
    let decidedAt = max(proposal?.at ?? armedAt, armedAt)
    if isStale(decidedAt, limits.planTimeoutS, now) { return .stalePlan }
    for refusal in Refusal.allCases where applies(refusal, to: senses, now: now) { return refusal }
    return nil
  }

  private func immediateRefusal(_ senses: Senses, _ now: Instant) -> Refusal? {
    for refusal in Refusal.allCases where refusal.isImmediate {
      if applies(refusal, to: senses, now: now) { return refusal }
    }
    return nil
  }

  /// Whether the senses alone give this reason.
  private func applies(_ refusal: Refusal, to senses: Senses, now: Instant) -> Bool {
    switch refusal {
    case .noImu: senses.imuAt == nil
    case .staleImu: senses.imuAt.map { isStale($0, limits.imuTimeoutS, now) } ?? false
    case .frozenImu: senses.isImuFrozen
    case .noFrame: limits.frameTimeoutS != nil && senses.frameAt == nil
    case .staleFrame:
      if let timeout = limits.frameTimeoutS, let at = senses.frameAt { isStale(at, timeout, now) } else { false }
    case .frozenFrame: limits.frameTimeoutS != nil && senses.isFrameFrozen
    case .nonFiniteSense: senses.tiltRad.map { !$0.isFinite } ?? false
    case .tilted: senses.tiltRad.map { $0 > limits.tiltRad } ?? false
    case .deviceFailed: senses.hasDeviceFailed
    case .stalePlan, .nonFiniteCommand, .notCalibrated, .operatorStop: false
    }
  }

  /// Too old, or from the future (a clock that jumped is no evidence of freshness).
  private func isStale(_ at: Instant, _ timeoutS: Double, _ now: Instant) -> Bool {
    let ageS = (now - at).seconds
    return ageS > timeoutS || ageS < -limits.periodS
  }
}
