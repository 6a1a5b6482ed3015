// SPDX-License-Identifier: Apache-2.0
import Quantities

/// All that one look of the gate sees.
struct Moment {
  var proposal: Proposal?
  var senses: Senses
  /// When the newest decision was made, or the robot armed.
  var decidedAt: Instant
  /// What the actuators were told last.
  var commanded: SetPoints
  /// Whether it may move.
  var isEnabled: Bool
  var now: Instant
}

/// Looks for every reason at every tick, and lets each count once it has lasted.
struct RefusalWatch: Sendable {
  /// Made once: the tick path asks for no memory.
  static let refusals = Refusal.allCases

  var limits: GateLimits
  /// All that has lasted.
  private(set) var active = RefusalSet()
  /// Whether any of that speaks for being slow.
  private(set) var isSlowing = false
  /// The gravest of that which latches a robot that stands still; nil where nothing does.
  private(set) var latching: Refusal?
  /// Since when each has held without a break.
  private var since = [Instant?](repeating: nil, count: Refusal.allCases.count)
  private var lastTickAt: Instant?
  private var busErrors: Int?
  /// Failed transfers, less those forgiven since.
  private var busTrouble = 0.0

  init(limits: GateLimits) { self.limits = limits }

  /// A new run: what was wrong before it has not lasted yet.
  mutating func begin() {
    for i in since.indices { since[i] = nil }
    (busTrouble, lastTickAt) = (0, nil)
  }

  /// One tick: the gravest that has lasted; of equally grave ones the first that latches.
  mutating func look(_ moment: Moment) -> Refusal? {
    count(moment.senses.busErrors, moment.now)
    (isSlowing, latching) = (false, nil)
    var worst: Refusal?
    for refusal in Self.refusals {
      let failsafe = limits.failsafes[refusal]
      let hasLasted = lasts(
        refusal, (moment.isEnabled || refusal.isArmingCheck) && applies(refusal, moment),
        failsafe.debounceS, moment.now)
      active.set(refusal, hasLasted && failsafe.action > .ignore)
      guard hasLasted, failsafe.action >= .slow else { continue }
      isSlowing = true
      if isGraver(failsafe, than: worst) { worst = refusal }
      let stopsForGood = failsafe.action >= .ramp && failsafe.recovery == .latch
      if stopsForGood, isGraver(failsafe, than: latching) { latching = refusal }
    }
    lastTickAt = moment.now
    return worst
  }

  private func isGraver(_ failsafe: Failsafe, than other: Refusal?) -> Bool {
    guard let other = other.map({ limits.failsafes[$0] }) else { return true }
    if failsafe.action != other.action { return failsafe.action > other.action }
    return failsafe.recovery == .latch && other.recovery != .latch
  }

  private mutating func lasts(
    _ refusal: Refusal, _ isTrue: Bool, _ debounceS: Double, _ now: Instant
  ) -> Bool {
    guard isTrue else {
      since[refusal.rawValue] = nil
      return false
    }
    let began = since[refusal.rawValue] ?? now
    since[refusal.rawValue] = began
    let lastedS = ageS(of: began, now)
    // A clock that went back is no reason to wait longer.
    return lastedS >= debounceS || lastedS < 0
  }

  /// A bucket that errors fill and time empties.
  private mutating func count(_ errors: Int, _ now: Instant) {
    let elapsedS = lastTickAt.map { max(ageS(of: $0, now), 0) } ?? 0
    busTrouble = max(busTrouble - limits.busErrorsPerS * elapsedS, 0)
    // It runs over: a bus that was dead for a minute is well a moment after it was mended.
    busTrouble = min(
      busTrouble + Double(max(errors - (busErrors ?? errors), 0)), limits.busErrorsAtOnce + 1)
    busErrors = errors
  }

  /// Whether this holds now.
  func applies(_ refusal: Refusal, _ moment: Moment) -> Bool {
    let (senses, now) = (moment.senses, moment.now)
    return switch refusal {
    case .nonFiniteCommand: moment.proposal.map { !isFinite($0.setPoints) } ?? false
    case .operatorStop, .notStarted, .notCalibrated, .watchdogReset, .notDisarmed: false
    case .emergencyStop: senses.isStopPressed
    case .guardStopped: limits.needsGuard && senses.guardAllows == false
    case .guardLost: limits.needsGuard && senses.guardAllows == nil
    case .clockJump: lastTickAt.map { ageS(of: $0, now) < 0 } ?? false
    case .lateTick: lastTickAt.map { ageS(of: $0, now) > limits.tickTimeoutS } ?? false
    case .deviceFailed: senses.hasDeviceFailed
    case .busErrors: busTrouble > limits.busErrorsAtOnce
    case .stalePlan: isStale(moment.decidedAt, limits.planTimeoutS, now)
    case .latePlan: senses.planShare.map { !($0 <= 1) } ?? false
    case .surprised: senses.surprise.map { !($0 <= limits.surprise) } ?? false
    case .lost: senses.surprise.map { !($0 <= limits.lost) } ?? false
    case .linkLost: isOverdue(senses.linkAt, limits.linkTimeoutS, now)
    case .nonFiniteSense, .tilted, .noImu, .staleImu, .frozenImu, .saturatedImu, .implausibleImu:
      imuShows(refusal, senses, now)
    case .noFrame, .staleFrame, .frozenFrame: cameraShows(refusal, senses, now)
    case .obstacle, .staleGrid, .outsideWorkspace: placeShows(refusal, senses, now)
    case .stall: isStalled(moment)
    case .wheelsUnknown, .overCurrent, .lowBattery, .staleSupply:
      driveShows(refusal, senses, now)
    case .undervoltage, .hot, .overTemperature, .diskFull, .memoryPressure, .staleComputer,
      .modelChanged, .boardChanged:
      senses.computer.map { computerShows(refusal, $0, now) } ?? false
    }
  }

  private func isFinite(_ setPoints: SetPoints) -> Bool {
    for i in limits.actuators.indices where !setPoints[i].isFinite { return false }
    return true
  }

  private func imuShows(_ refusal: Refusal, _ senses: Senses, _ now: Instant) -> Bool {
    switch refusal {
    case .nonFiniteSense: senses.tiltRad.map { !$0.isFinite } ?? false
    case .tilted: senses.tiltRad.map { abs($0) > limits.tiltRad } ?? false
    case .noImu: senses.imuAt == nil || senses.tiltRad == nil
    case .staleImu: senses.imuAt.map { isStale($0, limits.imuTimeoutS, now) } ?? false
    case .frozenImu: senses.isImuFrozen
    case .saturatedImu: senses.isImuSaturated
    default: senses.isImuImplausible
    }
  }

  private func cameraShows(_ refusal: Refusal, _ senses: Senses, _ now: Instant) -> Bool {
    guard let timeoutS = limits.frameTimeoutS else { return false }
    return switch refusal {
    case .noFrame: senses.frameAt == nil
    case .staleFrame: senses.frameAt.map { isStale($0, timeoutS, now) } ?? false
    default: senses.isFrameFrozen
    }
  }

  private func placeShows(_ refusal: Refusal, _ senses: Senses, _ now: Instant) -> Bool {
    switch refusal {
    case .obstacle:
      if let nearestM = senses.nearestM, let leastM = limits.obstacleM {
        !(nearestM >= leastM)
      } else {
        false
      }
    case .staleGrid: isOverdue(senses.gridAt, limits.gridTimeoutS, now)
    default:
      if let workspace = limits.workspace, let place = senses.positionM {
        !workspace.holds(place, stopM: stopM(senses.speedMS ?? 0))
      } else {
        false
      }
    }
  }

  /// How far it still goes when the ramp begins now.
  private func stopM(_ speedMS: Double) -> Double {
    abs(speedMS) * (limits.rampS / 2 + limits.periodS)
  }

  private func driveShows(_ refusal: Refusal, _ senses: Senses, _ now: Instant) -> Bool {
    switch refusal {
    case .wheelsUnknown: senses.hasLostCount
    case .overCurrent: senses.currentShare.map { !($0 <= 1) } ?? false
    case .lowBattery: senses.supplyMarginV.map { !($0 >= 0) } ?? false
    default: isOverdue(senses.supplyAt, limits.supplyTimeoutS, now)
    }
  }

  private func isStalled(_ moment: Moment) -> Bool {
    for i in limits.actuators.indices {
      let isDriven = abs(moment.commanded[i]) >= limits.stallCommand
      // A speed that is not a number is no evidence that the wheel turns.
      let turns = abs(moment.senses.measured[i]) > limits.stallMeasured
      if isDriven, moment.senses.isMeasured[i], !turns { return true }
    }
    return false
  }

  private func computerShows(
    _ refusal: Refusal, _ computer: ComputerSenses, _ now: Instant
  ) -> Bool {
    let least = limits.computer
    return switch refusal {
    case .undervoltage: computer.isStarved ?? false
    case .hot: computer.temperatureC.map { !($0 <= least.hotC) } ?? false
    case .overTemperature: computer.temperatureC.map { !($0 <= least.tooHotC) } ?? false
    case .diskFull: computer.freeDiskBytes.map { !($0 >= least.freeDiskBytes) } ?? false
    case .memoryPressure: computer.freeMemoryBytes.map { !($0 >= least.freeMemoryBytes) } ?? false
    case .modelChanged: computer.hasModelChanged
    case .boardChanged: computer.hasBoardChanged
    default: isStale(computer.at, least.timeoutS, now)
    }
  }

  /// Whether something that the robot has does not tell, or has not for too long.
  private func isOverdue(_ at: Instant?, _ timeoutS: Double?, _ now: Instant) -> Bool {
    timeoutS.map { timeoutS in at.map { isStale($0, timeoutS, now) } ?? true } ?? false
  }

  /// Too old, or from the future (a clock that jumped is no evidence of freshness).
  private func isStale(_ at: Instant, _ timeoutS: Double, _ now: Instant) -> Bool {
    let ageS = ageS(of: at, now)
    return ageS > timeoutS || ageS < -limits.periodS
  }
}
