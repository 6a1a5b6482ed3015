// SPDX-License-Identifier: Apache-2.0
import Safety

/// A robot's state for people.
enum StateWords {
  /// "stopped: staleImu: the IMU stopped answering. Check its power."
  static func change(to state: SafetyState) -> String {
    guard let reason = state.reason else { return state.kind.rawValue }
    return "\(state.kind.rawValue): \(reason.id): \(reason.description)"
  }

  /// What somebody standing beside it should know.
  static func meaning(_ state: SafetyState) -> String {
    switch state {
    case .booting: "the outputs are off; it has not started yet."
    case .disarmed: "the outputs are off; `arm` lets it move."
    case .arming: "the outputs are on, and rest for a moment."
    case .armed: "it follows its mind."
    case .degraded: "it is slowed."
    case .stopping: "it ramps to a stop."
    case .stopped: "the outputs are off; `disarm`, then `arm`."
    case .faulted: "the outputs are off; `acknowledge` once you know why, then `arm`."
    }
  }

  /// A row of name and fix for each reason.
  static func rows(_ reasons: [Refusal]) -> [String] {
    reasons.flatMap { ["  \($0.id): \($0.what)", "    -> \($0.fix)"] }
  }
}
