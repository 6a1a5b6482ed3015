// SPDX-License-Identifier: Apache-2.0

/// What follows when something is wrong: how long it must last, what the gate does, and how the
/// robot gets out of it again.
public struct Failsafe: Equatable, Hashable, Sendable {
  /// What the gate does, the mildest first.
  public enum Action: String, CaseIterable, Comparable, Sendable {
    /// Nothing.
    case ignore
    /// Only tells.
    case warn
    /// Lets through a share of each command.
    case slow
    /// Ramps to a stop.
    case ramp
    /// Outputs off in the same tick.
    case cut

    public static func < (one: Action, other: Action) -> Bool { one.rank < other.rank }

    private var rank: Int {
      switch self {
      case .ignore: 0
      case .warn: 1
      case .slow: 2
      case .ramp: 3
      case .cut: 4
      }
    }
  }

  /// How the robot gets out of a stop.
  public enum Recovery: String, CaseIterable, Sendable {
    /// Disarm, then arm again. A slowed robot is let go by itself, once all has been well for
    /// `GateLimits.clearS`.
    case disarm
    /// Latched: acknowledge first.
    case latch
  }

  /// For how long it must hold without a break, seconds.
  public var debounceS: Double
  public var action: Action
  public var recovery: Recovery

  /// Precondition: a finite time, at least 0.
  public init(_ action: Action, afterS debounceS: Double = 0, _ recovery: Recovery = .disarm) {
    precondition(debounceS >= 0 && debounceS.isFinite, "a time is finite and not negative")
    (self.debounceS, self.action, self.recovery) = (debounceS, action, recovery)
  }
}

/// The failsafe of each reason.
public struct Failsafes: Equatable, Hashable, Sendable {
  private var rules = Refusal.allCases.map(Self.standard)

  /// The standard ones.
  public init() {}

  /// Setting one to less than `weakest`, to wait for longer than `longestDebounceS`, or not to
  /// latch what latches leaves that.
  public subscript(refusal: Refusal) -> Failsafe {
    get { rules[refusal.rawValue] }
    set {
      var rule = newValue
      rule.action = max(rule.action, Self.weakest(refusal))
      rule.debounceS = min(rule.debounceS, Self.longestDebounceS(refusal))
      if Self.standard(refusal).recovery == .latch { rule.recovery = .latch }
      rules[refusal.rawValue] = rule
    }
  }

  /// What holds where board.yaml says nothing.
  public static func standard(_ refusal: Refusal) -> Failsafe {
    switch refusal {
    case .nonFiniteCommand, .emergencyStop: Failsafe(.cut, .latch)
    case .operatorStop, .guardStopped, .guardLost, .deviceFailed, .nonFiniteSense, .tilted:
      Failsafe(.cut)
    case .stall: Failsafe(.cut, afterS: 0.5)
    case .overCurrent: Failsafe(.cut, afterS: 0.1)
    case .clockJump, .lateTick, .busErrors: Failsafe(.ramp)
    case .noImu, .staleImu, .frozenImu, .implausibleImu: Failsafe(.ramp)
    case .saturatedImu: Failsafe(.ramp, afterS: 0.05)
    case .noFrame, .staleFrame, .frozenFrame: Failsafe(.ramp)
    case .obstacle, .staleGrid, .outsideWorkspace, .wheelsUnknown, .staleSupply: Failsafe(.ramp)
    case .lowBattery: Failsafe(.ramp, afterS: 2)
    case .overTemperature, .diskFull, .memoryPressure: Failsafe(.ramp, afterS: 1)
    case .modelChanged, .boardChanged: Failsafe(.ramp, .latch)
    case .lost: Failsafe(.ramp, afterS: 1)
    case .stalePlan, .linkLost: Failsafe(.ramp)
    case .undervoltage, .hot: Failsafe(.slow, afterS: 0.5)
    case .surprised, .latePlan: Failsafe(.slow)
    case .staleComputer: Failsafe(.warn)
    case .notStarted, .notCalibrated, .watchdogReset, .notDisarmed: Failsafe(.cut)
    }
  }

  /// The longest that a board may have it last before it counts.
  ///
  /// What must stop the robot must do so soon, and what shows in one tick only would never last.
  public static func longestDebounceS(_ refusal: Refusal) -> Double {
    switch refusal {
    case .wheelsUnknown, .tilted, .guardLost, .clockJump, .lateTick: 0
    default:
      switch weakest(refusal) {
      case .cut: 0
      case .ramp: 1
      case .slow: 5
      case .warn, .ignore: 60
      }
    }
  }

  /// The least that a board may ask for.
  public static func weakest(_ refusal: Refusal) -> Failsafe.Action {
    switch refusal {
    case .nonFiniteCommand, .operatorStop, .emergencyStop, .guardStopped, .deviceFailed,
      .nonFiniteSense, .notStarted, .notCalibrated, .watchdogReset, .notDisarmed:
      .cut
    case .guardLost, .clockJump, .lateTick, .tilted, .noImu, .staleImu, .frozenImu,
      .implausibleImu, .noFrame, .staleFrame, .frozenFrame, .stalePlan, .modelChanged, .linkLost:
      .ramp
    case .saturatedImu, .busErrors, .stall, .overCurrent, .boardChanged, .lost: .slow
    case .obstacle, .staleGrid, .outsideWorkspace, .wheelsUnknown, .lowBattery, .staleSupply,
      .undervoltage, .overTemperature, .diskFull, .memoryPressure:
      .warn
    case .hot, .surprised, .latePlan, .staleComputer: .ignore
    }
  }
}
