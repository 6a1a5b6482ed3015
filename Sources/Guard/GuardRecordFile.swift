// SPDX-License-Identifier: Apache-2.0
import CLinux
import Quantities
import Safety

/// Where the guard writes down why it stopped the robot: prepared at the start, so that writing
/// asks for no memory, and replaced whole, so that a power cut leaves the old one or the new.
public final class GuardRecordFile {
  public static let name = "guard.record"
  static let mark = "umwelt-guard record 1"
  private static let size: UInt32 = 1024

  private let record: OpaquePointer
  private let text = ByteText(capacity: Int(size))
  private let bootID: String

  /// - Parameter bootID: names this start of the computer.
  public init(folder: String, bootID: String) throws(GuardRecordError) {
    let path = folder + "/" + Self.name
    var opened: OpaquePointer?
    let result = umwelt_open_record(path, Self.size, &opened)
    guard result == 0, let opened else {
      throw GuardRecordError(path: path, errno: -result)
    }
    (record, self.bootID) = (opened, bootID)
  }

  deinit { umwelt_close_record(record) }

  /// 0, or the errno that it failed with.
  func write(_ ladder: GuardLadder, isReset: Bool, _ now: Instant) -> Int32 {
    text.clear()
    text.add(Self.mark)
    text.add("\n")
    text.add("boot", bootID)
    text.add("written_s", umwelt_wall_s())
    text.add("rung", ladder.rung.rawValue)
    if let fault = ladder.fault { text.add("fault", fault.rawValue) }
    text.add("reset", isReset ? 1 : 0)
    text.add("noticed_ns", now.nanoseconds)
    if let last = ladder.last {
      text.add("session", Int64(last.session))
      text.add("sequence", Int64(truncatingIfNeeded: last.sequence))
      text.add("sent_ns", last.sentAt.nanoseconds)
      text.add("due_ns", last.nextBy.nanoseconds)
      text.add("wanted_outputs", last.wantsOutputs ? 1 : 0)
      text.add("imu_samples", Int64(last.imuSamples))
    }
    text.add("end\n")
    let content = text.content
    return -umwelt_write_record(record, content.baseAddress, UInt32(content.count))
  }
}

/// The record cannot be had.
public struct GuardRecordError: Error, Equatable, CustomStringConvertible {
  public var path: String
  public var errno: Int32

  public var description: String {
    "\(path): the record cannot be prepared (errno \(errno)). Make its folder, and let the guard "
      + "write there."
  }
}

/// What the guard wrote down when it stopped the robot last.
public struct GuardRecord: Equatable, Sendable {
  public var bootID: String
  /// Seconds since 1970, by a clock that may have been wrong.
  public var writtenAtS: Int64
  public var rung: GuardLadder.Rung
  public var fault: GuardFault?
  /// The guard let the watchdog reset the computer then.
  public var isReset: Bool
  public var noticedAt: Instant
  /// When the last heartbeat came; nil when none did.
  public var lastHeartbeatAt: Instant?
  public var wantedOutputs: Bool

  /// Nil when this text is no whole record.
  public init?(_ text: String) {
    let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
    guard text.hasPrefix(GuardRecordFile.mark + "\n"), lines.last?.first == "end" else {
      return nil
    }
    var values: [Substring: Substring] = [:]
    for line in lines where line.count == 2 { values[line[0]] = line[1] }
    let number = { (key: Substring) in values[key].flatMap { Int64($0) } }
    guard let boot = values["boot"], let written = number("written_s"),
      let rung = values["rung"].flatMap({ GuardLadder.Rung(rawValue: String($0)) }),
      let noticed = number("noticed_ns"), let reset = number("reset")
    else { return nil }
    // Times so far apart were not written by the guard.
    let sent = number("sent_ns")
    if let sent, noticed.subtractingReportingOverflow(sent).overflow { return nil }
    (bootID, writtenAtS, self.rung) = (String(boot), written, rung)
    fault = values["fault"].flatMap { GuardFault(rawValue: String($0)) }
    (isReset, noticedAt) = (reset != 0, Instant(nanoseconds: noticed))
    lastHeartbeatAt = sent.map { Instant(nanoseconds: $0) }
    wantedOutputs = number("wanted_outputs") == 1
  }

  /// What happened, and how long it took to notice.
  public var description: String {
    var words = "the guard \(isReset ? "let the watchdog reset the computer" : "stopped the robot")"
    if let fault { words += ": \(fault.description)" }
    if let lastHeartbeatAt {
      words += " Noticed \(Int((noticedAt - lastHeartbeatAt).milliseconds)) ms after the last "
      words += "heartbeat, the outputs then \(wantedOutputs ? "wanted on" : "off")."
    }
    return words
  }
}
