// SPDX-License-Identifier: Apache-2.0
import Buses
import LinuxBuses
import Quantities
import Safety

/// The guard at work: looks, and does as its ladder says. Asks for no memory after its start.
///
/// ```
/// shared memory -- GuardLadder --+-- lines, then chips   first of all
///   ^ standing                   +-- log, record         when the outputs are off
///   +----------------------------+-- watchdog            kicked, or not any more
/// ```
public final class GuardLoop {
  /// How often it looks.
  public static let period = Interval(nanoseconds: 1_000_000)
  /// How often it kicks: a tenth of the shortest timeout that watchdogs have, a second.
  static let kickPeriod = Interval(nanoseconds: 100_000_000)
  /// How often what refused is tried again.
  static let retryPeriod = Interval(nanoseconds: 100_000_000)

  public private(set) var ladder: GuardLadder
  /// The longest that was between two looks.
  public private(set) var longestGap = Interval.zero
  private let words: SharedWords
  private let outputs: GuardOutputs
  private let watchdog: (any WatchdogTimer)?
  private let record: GuardRecordFile?
  private let text = ByteText(capacity: 1024)
  private var lookedAt: Instant?
  private var nextKick = Instant.zero
  private var nextRetry = Instant.zero
  private var hasKickFailed = false
  private var isRefusalTold = false

  public init(
    words: SharedWords, outputs: GuardOutputs, watchdog: (any WatchdogTimer)? = nil,
    record: GuardRecordFile? = nil, settings: GuardSettings = GuardSettings()
  ) {
    (self.words, self.outputs, self.watchdog) = (words, outputs, watchdog)
    (self.record, ladder) = (record, GuardLadder(settings: settings))
  }

  /// One look, and all that follows from it.
  public func look(now: Instant) {
    if let lookedAt { longestGap = max(longestGap, now - lookedAt) }
    lookedAt = now
    let (rung, fault, wereOn) = (ladder.rung, ladder.fault, outputs.areOn)
    let verdict = ladder.look(words.load(.runtime), now: now)
    if verdict.enablesOutputs != wereOn { verdict.enablesOutputs ? turnOn(now) : outputs.turnOff() }
    outputs.close(verdict.relays)
    let standing = GuardStanding(ladder, enablesOutputs: outputs.areOn, at: now)
    words.store(standing.words, in: .guardian)
    if verdict.kicksWatchdog, now >= nextKick { kick(now) }
    let isStop = wereOn && ladder.fault != nil && ladder.fault != fault
    if isStop || (rung != .left && ladder.rung == .left) { outputs.silence() }
    if outputs.hasFailed, !outputs.areOn, now >= nextRetry { retry(now) }
    guard rung != ladder.rung || fault != ladder.fault else { return }
    tell()
    let isFurther = rung != ladder.rung && (ladder.rung == .recording || ladder.rung == .resetting)
    if isStop || isFurther { write(now) }
  }

  /// On purpose: everything off, and the watchdog stopped, where it can be.
  public func end() {
    outputs.turnOff()
    outputs.silence()
    do throws(WatchdogError) { try watchdog?.stop() } catch { say("\(error)") }
    text.add("umwelt-guard: ended; the longest time between two looks was ")
    text.add(longestGap.nanoseconds / 1000)
    text.add(" us")
    text.tell()
  }

  private func turnOn(_ now: Instant) {
    if outputs.hasFailed, now < nextRetry { return }
    outputs.turnOn()
    if outputs.areOn { return isRefusalTold = false }
    nextRetry = now + Self.retryPeriod
    if !isRefusalTold { say("a line or chip refuses: the outputs stay off. Check its wires.") }
    isRefusalTold = true
  }

  private func retry(_ now: Instant) {
    nextRetry = now + Self.retryPeriod
    outputs.turnOff()
    outputs.silence()
  }

  private func kick(_ now: Instant) {
    guard let watchdog else { return }
    nextKick = now + Self.kickPeriod
    do throws(WatchdogError) {
      try watchdog.kick()
      hasKickFailed = false
    } catch {
      if !hasKickFailed { say("the watchdog cannot be kicked: the computer will reset.") }
      hasKickFailed = true
    }
  }

  private func tell() {
    text.add("umwelt-guard: ")
    text.add(ladder.rung.rawValue)
    if let fault = ladder.fault {
      text.add(": ")
      text.add(fault.description)
    }
    if ladder.rung == .resetting, watchdog != nil { text.add(" The watchdog resets the computer.") }
    text.tell()
  }

  private func write(_ now: Instant) {
    guard let record else { return }
    let errno = record.write(ladder, isReset: ladder.rung == .resetting && watchdog != nil, now)
    guard errno != 0 else { return }
    text.add("umwelt-guard: the record cannot be written, errno ")
    text.add(Int64(errno))
    text.tell()
  }

  private func say(_ line: String) {
    text.add("umwelt-guard: ")
    text.add(line)
    text.tell()
  }
}
