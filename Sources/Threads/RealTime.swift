// SPDX-License-Identifier: Apache-2.0
import CLinux

/// What a process may ask of the kernel so that it is never late. All return 0, or the errno.
public enum RealTime {
  /// This thread runs first in, first out, before all threads of lower priority (1 to 99). Threads
  /// that it makes have it not.
  public static func takePriority(_ priority: Int32) -> Int32 { -umwelt_take_priority(priority) }

  /// This thread runs like all others.
  static func takeNone() -> Int32 { -umwelt_lend_priority(0) }

  /// All pages, now and later, stay in memory.
  public static func lockMemory() -> Int32 { -umwelt_lock_memory() }

  /// All pages stay in memory once they were used: threads' stacks take no more than they need.
  public static func lockUsedMemory() -> Int32 { -umwelt_lock_used_memory() }

  /// Does it with an urgency that the threads made meanwhile keep; where that is not allowed, with
  /// the usual one.
  public static func lend<Result>(
    _ role: ThreadRole, _ work: () throws -> Result
  ) rethrows -> Result {
    guard case .fifo(let priority) = role.urgency,
      umwelt_lend_priority(priority) == 0
    else { return try work() }
    defer { _ = umwelt_lend_priority(0) }
    return try work()
  }
}
