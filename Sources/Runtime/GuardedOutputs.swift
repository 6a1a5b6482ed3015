// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Safety

/// The way to the guard and back.
public protocol GuardLink: AnyObject {
  /// Never waits.
  func send(_ heartbeat: Heartbeat)
  /// What the guard said last; nil when it has said nothing, or while it is saying it.
  var standing: GuardStanding? { get }
}

/// The outputs as the runtime wants them, which the guard lets through or not.
///
/// ```
/// driver -- set(high:) --> GuardedLine --wants--> beat() ==heartbeat==> umwelt-guard --> line
/// arm, tick <---- trouble(now:) <-----------------------standing======= umwelt-guard
/// ```
/// Use: `beat` once in each gate period, `leave` at the end. The gate neither arms nor goes on
/// unless the guard `allows` it.
/// From the last beat to the outputs off: `promiseS` and `GuardSettings.patienceS`. Thread: one.
public final class GuardedOutputs {
  /// How long the next beat may be coming.
  public static let promiseS = Heartbeat.promiseS
  /// A guard that has not looked for so long is none: it looks every millisecond. As patient as
  /// the guard is with the runtime.
  public static let guardTimeoutS = 0.07

  private let link: any GuardLink
  private var lines: [GuardedLine] = []
  private var relays: [GuardedLine] = []
  private var heartbeat: Heartbeat

  /// - Parameter session: another in every process, such as its start's time.
  public init(link: any GuardLink, session: UInt32) {
    self.link = link
    heartbeat = Heartbeat(
      session: session, sequence: 0, sentAt: .zero, nextBy: .zero, wantsOutputs: false,
      isLeaving: false, imuSamples: 0)
  }

  /// Whether the drivers have every line where outputs are on; of a robot that only has relays,
  /// whether one is closed.
  public var areWanted: Bool {
    lines.isEmpty ? relays.contains(where: \.isWanted) : lines.allSatisfy(\.isWanted)
  }

  private var closedRelays: UInt8 {
    var closed: UInt8 = 0
    for i in relays.indices where relays[i].isWanted { closed |= 1 << i }
    return closed
  }

  /// Tells the guard that the runtime lives, what it wants and that samples come.
  public func beat(now: Instant, imuSamples: UInt32) {
    heartbeat.sequence += 1
    heartbeat.sentAt = now
    heartbeat.nextBy = now + Interval(seconds: Self.promiseS)
    heartbeat.wantsOutputs = areWanted && !heartbeat.isLeaving
    heartbeat.relays = heartbeat.wantsOutputs ? closedRelays : 0
    heartbeat.imuSamples = imuSamples
    link.send(heartbeat)
  }

  /// The last beat: the runtime ends on purpose, and silence is no fault any more.
  public func leave(now: Instant) {
    heartbeat.isLeaving = true
    beat(now: now, imuSamples: heartbeat.imuSamples)
  }

  /// Why the outputs are not, or would not be, let through; nil when they are.
  public func trouble(now: Instant) -> GuardTrouble? {
    guard let standing = link.standing, (now - standing.at).seconds <= Self.guardTimeoutS else {
      return .noGuard
    }
    guard standing.seen?.session == heartbeat.session else { return .unheard }
    return standing.rung == .allowing ? nil : .holding(standing.fault)
  }

  /// Whether the guard lets the outputs through; nil when it does not live.
  public func allows(now: Instant) -> Bool? {
    switch trouble(now: now) {
    case nil: true
    case .noGuard: nil
    case .unheard, .holding: false
    }
  }

  fileprivate func line(_ name: String, restsHigh: Bool) -> GuardedLine {
    let line = GuardedLine(name: name, restsHigh: restsHigh)
    lines.append(line)
    return line
  }

  fileprivate func relay(_ index: Int) -> GuardedLine { relays[index] }

  fileprivate func takeRelays(_ names: [String]) {
    relays = names.map { GuardedLine(name: $0, restsHigh: false) }
  }
}

/// Why the guard does not let the outputs through.
public enum GuardTrouble: Error, Equatable, Sendable {
  /// It does not live.
  case noGuard
  /// It has not believed a heartbeat of this process yet.
  case unheard
  /// It waits until the runtime has rested, after a fault or at first.
  case holding(GuardFault?)

  /// What happened, and what to do about it.
  public var description: String {
    switch self {
    case .noGuard: "the guard does not answer. Start umwelt-guard, then arm again."
    case .unheard: "the guard has not heard this process. Is another umwelt run using it?"
    case .holding(let fault?): "the guard holds the outputs off: \(fault.description)"
    case .holding(nil): "the guard waits until the outputs were off for half a second."
    }
  }
}

/// Hardware some of whose output lines are the guard's: the drivers set what they want, and the
/// guard does it.
public final class GuardedHardware: HardwareLayer {
  public let inner: any Hardware
  private let guardsLines: Set<String>
  private let relays: [String]
  private let outputs: GuardedOutputs

  /// - Parameters:
  ///   - lines: the names of those that the guard holds.
  ///   - relays: the names of relays' lines that it holds, as it knows them: in its order.
  public init(
    _ inner: any Hardware, lines: [String], relays: [String] = [], outputs: GuardedOutputs
  ) {
    (self.inner, guardsLines, self.outputs) = (inner, Set(lines), outputs)
    self.relays = relays
    outputs.takeRelays(relays)
  }

  public func outputLine(
    _ name: String, restsHigh: Bool
  ) throws(HardwareError) -> any OutputLine {
    if let index = relays.firstIndex(of: name) { return outputs.relay(index) }
    guard guardsLines.contains(name) else {
      return try inner.outputLine(name, restsHigh: restsHigh)
    }
    return outputs.line(name, restsHigh: restsHigh)
  }
}

/// A line that is the guard's.
private final class GuardedLine: OutputLine {
  let name: String
  private let restsHigh: Bool
  private(set) var isWanted = false

  init(name: String, restsHigh: Bool) { (self.name, self.restsHigh) = (name, restsHigh) }

  func set(high: Bool) throws(LineError) { isWanted = high != restsHigh }
}
