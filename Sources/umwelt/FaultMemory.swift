// SPDX-License-Identifier: Apache-2.0
import Board
import Guard
import LinuxBuses
import Safety

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Latched faults, kept over the end of a run: the next one stays disarmed until somebody
/// acknowledges them.
final class FaultMemory {
  private let folder: String
  private let guardFolder: String
  private var record: FaultRecord
  private var last: SafetyState?

  /// - Parameters:
  ///   - guardFolder: where the guard writes down why it stopped the robot.
  ///   - start: of the computer; nil where this is not the robot's.
  ///   - acknowledges: somebody has read all that; it is put away.
  /// - Throws: a record that is damaged, which might have kept the robot from arming.
  init(
    folder: String, guardFolder: String, start: ComputerStart?, acknowledges: Bool
  ) throws {
    (self.folder, self.guardFolder) = (folder, guardFolder)
    let path = GuardRecord.path(folder: guardFolder)
    let found = GuardRecord.read(folder: guardFolder)
    if case .whole(let last) = found { complain("umwelt: last time \(last.description)") }
    guard !acknowledges else {
      record = FaultRecord(start: start?.name)
      try record.save(folder: folder)
      if case .none = found { return }
      guard rename(path, path + ".acknowledged") == 0 else {
        throw StateFileError(path: path, errno: errno)
      }
      return
    }
    var isOlder = false
    record =
      try FaultRecord.load(folder: folder) {
        complain("umwelt: \($0)")
        isOlder = true
      } ?? FaultRecord()
    // What the newest said, nobody knows.
    if isOlder, record.isClear { record.reset = .crash }
    var isNews = false
    switch found {
    case .none: break
    case .whole(let last) where !last.isReset: break
    case .whole, .damaged: (record.reset, isNews) = (.guard, true)
    }
    if let start, record.note(start: start.name, wasWatchdog: start.wasWatchdog) {
      isNews = true
      if start.wasWatchdog {
        complain("umwelt: the watchdog reset this computer before it started")
      }
    }
    // At once: the guard may write another record over this one.
    if isNews { try record.save(folder: folder) }
  }

  /// Why the robot must not be armed yet; nil when nothing speaks against it.
  var latched: Refusal? {
    if let latch = record.latches.last { return Refusal(id: latch.fault) ?? .watchdogReset }
    return record.isClear ? nil : .watchdogReset
  }

  /// Somebody acknowledged it over the console.
  private func forget() {
    record = FaultRecord()
    do throws(StateFileError) { try record.save(folder: folder) } catch {
      complain("umwelt: \(error)")
    }
    let path = GuardRecord.path(folder: guardFolder)
    _ = rename(path, path + ".acknowledged")  // there may be none
  }

  /// After every tick: what latches is written down at once.
  func note(_ state: SafetyState) {
    guard state != last else { return }
    if case .faulted = last, state == .disarmed { forget() }
    last = state
    guard case .faulted(let reason) = state, latched != reason else { return }
    record.latch(
      .init(
        fault: reason.id, by: .gate, when: UTC.now(), uptimeS: MonotonicClock().now.seconds))
    do throws(StateFileError) { try record.save(folder: folder) } catch {
      complain("umwelt: \(error)")
    }
  }
}
