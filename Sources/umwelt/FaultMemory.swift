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
  private var record: FaultRecord
  private var last: SafetyState?

  /// - Parameters:
  ///   - guardRecord: what the guard wrote down last, in its folder.
  ///   - acknowledges: somebody has read all that; it is put away.
  /// - Throws: a record that is damaged, which might have kept the robot from arming.
  init(
    folder: String, guardFolder: String, guardRecord: GuardRecord?, acknowledges: Bool
  ) throws {
    self.folder = folder
    guard !acknowledges else {
      record = FaultRecord()
      try record.save(folder: folder)
      let path = GuardRecord.path(folder: guardFolder)
      if guardRecord != nil, rename(path, path + ".acknowledged") != 0 {
        throw StateFileError(path: path, errno: errno)
      }
      return
    }
    record = try FaultRecord.load(folder: folder) { complain("umwelt: \($0)") } ?? FaultRecord()
    if guardRecord?.isReset == true { record.reset = .guard }
  }

  /// Why the robot must not be armed yet; nil when nothing speaks against it.
  var latched: Refusal? {
    if let latch = record.latches.last { return Refusal(id: latch.fault) ?? .watchdogReset }
    return record.isClear ? nil : .watchdogReset
  }

  /// After every tick: what latches is written down at once.
  func note(_ state: SafetyState) {
    guard state != last else { return }
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
