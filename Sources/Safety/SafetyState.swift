// SPDX-License-Identifier: Apache-2.0

/// What the gate lets through.
///
/// ```
///            booted          arm         settled
///  booting ---------> disarmed ---> arming ---> armed <--clear-- degraded
///     |                ^  ^  <--any--/            |  \----slow----->  |
///     |latch     disarm|  |                       +------ramp,cut-----+
///     v                |  |acknowledge            v
///   faulted        stopped |                  stopping
///     ^  \------------^----+                      |
///     +--latch, while stopped, too                |
///     +---------------+------ramp over, cut-------+
///      (latched ones)   (the others)
/// ```
/// Nothing leads to armed but `arm`, and `arm` only leads there from disarmed.
public enum SafetyState: Equatable, Sendable {
  /// Not started: outputs off, cannot be armed.
  case booting
  /// Outputs off; may be armed.
  case disarmed
  /// Outputs on at rest, everything watched, nothing followed yet.
  case arming
  /// Follows the mind.
  case armed
  /// Follows the mind with a share of each command.
  case degraded(Refusal)
  /// On the ramp to a stop.
  case stopping(Refusal)
  /// Outputs off until disarmed.
  case stopped(Refusal)
  /// Outputs off until acknowledged.
  case faulted(Refusal)

  /// Whether it follows the mind.
  public var isFollowing: Bool {
    switch self {
    case .armed, .degraded: true
    case .booting, .disarmed, .arming, .stopping, .stopped, .faulted: false
    }
  }

  /// Whether a stop is over: outputs off until somebody disarms or acknowledges.
  public var isStopped: Bool {
    switch self {
    case .stopped, .faulted: true
    case .booting, .disarmed, .arming, .armed, .degraded, .stopping: false
    }
  }

  /// Whether the power stage may be awake.
  public var isEnabled: Bool {
    switch self {
    case .arming, .armed, .degraded, .stopping: true
    case .booting, .disarmed, .stopped, .faulted: false
    }
  }

  /// Why it is as it is; nil where that needs no reason.
  public var reason: Refusal? {
    switch self {
    case .degraded(let reason), .stopping(let reason), .stopped(let reason), .faulted(let reason):
      reason
    case .booting, .disarmed, .arming, .armed: nil
    }
  }
}

extension SafetyState {
  /// Which state it is, whatever the reason; the raw value is its name for people and files.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    case booting, disarmed, arming, armed, degraded, stopping, stopped, faulted
  }

  public var kind: Kind {
    switch self {
    case .booting: .booting
    case .disarmed: .disarmed
    case .arming: .arming
    case .armed: .armed
    case .degraded: .degraded
    case .stopping: .stopping
    case .stopped: .stopped
    case .faulted: .faulted
    }
  }
}

/// What happens to a gate.
public enum SafetyEvent: Equatable, Sendable {
  case booted
  /// Somebody arms it, and nothing speaks against it.
  case arm
  /// It has been arming for long enough.
  case settled
  case slow(Refusal)
  /// What slowed it has been well for long enough.
  case clear
  case ramp(Refusal)
  case rampOver(latches: Bool)
  case cut(Refusal, latches: Bool)
  /// Somebody disarms it. A stop that latches still latches.
  case disarm(latches: Bool)
  /// Somebody has read why.
  case acknowledge
}

extension SafetyState {
  /// The whole table: where an event leads from here. Whatever is not named changes nothing.
  public func after(_ event: SafetyEvent) -> SafetyState {
    switch (self, event) {
    case (.booting, .booted): .disarmed
    case (.booting, .cut(let reason, latches: true)): .faulted(reason)
    case (.disarmed, .arm): .arming
    case (.disarmed, .cut(let reason, latches: true)): .faulted(reason)
    case (.arming, .settled): .armed
    case (.arming, .cut(let reason, latches: true)): .faulted(reason)
    case (.arming, .slow), (.arming, .ramp), (.arming, .cut), (.arming, .disarm): .disarmed
    case (.armed, .slow(let reason)), (.degraded, .slow(let reason)): .degraded(reason)
    case (.degraded, .clear): .armed
    case (.armed, .ramp(let reason)), (.degraded, .ramp(let reason)): .stopping(reason)
    case (.armed, .cut(let reason, let latches)), (.degraded, .cut(let reason, let latches)),
      (.stopping, .cut(let reason, let latches)):
      latches ? .faulted(reason) : .stopped(reason)
    case (.armed, .disarm), (.degraded, .disarm), (.stopped, .disarm): .disarmed
    case (.stopping(let reason), .rampOver(let latches)):
      latches ? .faulted(reason) : .stopped(reason)
    case (.stopping(let reason), .disarm(let latches)): latches ? .faulted(reason) : .disarmed
    case (.stopped, .cut(let reason, latches: true)): .faulted(reason)
    case (.faulted, .acknowledge): .disarmed
    default: self
    }
  }
}
