// SPDX-License-Identifier: Apache-2.0
import CLinux
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Tells the service manager how the robot is, where one started it.
///
/// Source: sd_notify(3) and sd_watchdog_enabled(3) of systemd. What cannot be told is not: the
/// robot does not depend on who listens. Thread: one at a time.
public final class ServiceNotice {
  /// How often life is told: half of the time after which the manager gives up, as
  /// sd_watchdog_enabled(3) advises; nil where it waits for none.
  public let watchdogPeriod: Interval?
  private let file: Int32
  private var lastAliveAt: Instant?
  private var lastStatus = ""

  /// Nil where no manager listens, or where it cannot be reached.
  ///
  /// - Parameters:
  ///   - variable: looks up the environment.
  ///   - process: this process's number.
  package init?(variable: (String) -> String?, process: Int32) {
    guard let path = variable("NOTIFY_SOCKET") else { return nil }
    file = umwelt_notice_open(path)
    watchdogPeriod = Self.period(variable, process)
    if file < 0 { return nil }
  }

  /// Whether a service manager started this process and waits for notices.
  public static var isListenedTo: Bool { getenv("NOTIFY_SOCKET") != nil }

  /// Of this process's own environment.
  public convenience init?() {
    self.init(
      variable: { name in getenv(name).map { String(cString: $0) } }, process: getpid())
  }

  deinit { if file >= 0 { close(file) } }

  /// The robot is set up and its loop begins: from here on the manager wants signs of life.
  public func ready() { tell("READY=1\n") }

  /// The loop ends on purpose.
  public func stopping() { tell("STOPPING=1\n") }

  /// One line for people, told when it changes.
  public func status(_ line: String) {
    guard line != lastStatus else { return }
    lastStatus = line
    tell("STATUS=" + line.map { $0.isNewline ? " " : String($0) }.joined() + "\n")
  }

  /// The loop ticked. Told at half the time that the manager gives, and by nothing but ticks: a
  /// loop that hangs must not be kept alive. Asks for no memory and never waits.
  public func ticked(now: Instant) {
    guard let watchdogPeriod else { return }
    if let lastAliveAt, (now - lastAliveAt) < watchdogPeriod { return }
    lastAliveAt = now
    let text: StaticString = "WATCHDOG=1\n"
    // SAFETY: a static string's bytes are there for ever.
    umwelt_notice_send(file, text.utf8Start, UInt64(text.utf8CodeUnitCount))
  }

  private func tell(_ text: String) {
    var text = text
    // SAFETY: the bytes outlive the call.
    text.withUTF8 { _ = umwelt_notice_send(file, $0.baseAddress, UInt64($0.count)) }
  }

  private static func period(_ variable: (String) -> String?, _ process: Int32) -> Interval? {
    // A child that inherited the variables is not the one that is meant.
    if let meant = variable("WATCHDOG_PID"), Int32(meant) != process { return nil }
    guard let microseconds = variable("WATCHDOG_USEC").flatMap(Int64.init),
      microseconds > 0, microseconds < Int64.max / 1000
    else { return nil }
    return Interval(nanoseconds: microseconds * 1000 / 2)
  }
}
