// SPDX-License-Identifier: Apache-2.0

/// What stopped the robot, kept over a reset: it stays disarmed until somebody clears it.
public struct FaultRecord: Equatable, Sendable {
  /// Something that latched.
  public struct Latch: Equatable, Sendable {
    /// Its name: a refusal's of the gate, or a fault's of the guard ("staleImu").
    public var fault: String
    public var by: Witness
    /// The wall clock, which may have been wrong ("2026-11-24T12:00:00Z").
    public var when: String
    /// Seconds since the computer's start, which cannot be.
    public var uptimeS: Double

    public init(fault: String, by: Witness, when: String, uptimeS: Double) {
      (self.fault, self.by, self.when, self.uptimeS) = (fault, by, when, uptimeS)
    }
  }

  public enum Witness: String, CaseIterable, Sendable { case gate, `guard`, operation }

  /// Why the computer, or the runtime on it, last started anew.
  public enum Reset: String, CaseIterable, Sendable {
    /// Switched on, or restarted by somebody.
    case power
    /// The kernel's watchdog: nobody kicked it.
    case watchdog
    /// The guard let the watchdog expire.
    case `guard`
    /// The runtime ended by a signal or an error; the computer went on.
    case crash
    /// systemd ended a runtime whose ticks had stopped.
    case hang
  }

  /// More are the same fault again.
  public static let limit = 16

  public var reset: Reset?
  /// The computer's start that was looked at last, by its name (proc(5), random/boot_id).
  public private(set) var start: String?
  /// Oldest first.
  public private(set) var latches: [Latch] = []

  public init(reset: Reset? = nil, start: String? = nil) {
    (self.reset, self.start) = (reset, start)
  }

  /// Whether the robot may be armed without somebody looking at this.
  public var isClear: Bool { latches.isEmpty && (reset == nil || reset == .power) }

  /// Takes note of this start of the computer: of a reset by its watchdog once, however often the
  /// runtime starts, for the kernel tells of it until the next one.
  ///
  /// - Returns: whether that is news.
  public mutating func note(start: String, wasWatchdog: Bool) -> Bool {
    guard start != self.start else { return false }
    self.start = start
    // The guard said more of it, if it was the guard's doing.
    if wasWatchdog, reset != .guard { reset = .watchdog }
    return true
  }

  /// Remembers one more; of too many the first and the newest stay.
  public mutating func latch(_ latch: Latch) {
    if latches.count >= Self.limit { latches.remove(at: 1) }
    latches.append(latch)
  }
}
