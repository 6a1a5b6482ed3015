// SPDX-License-Identifier: Apache-2.0
import CLinux

/// What a process may ask of the kernel so that it is never late. All return 0, or the errno.
public enum RealTime {
  /// This thread runs first in, first out, before all threads of lower priority (1 to 99). Threads
  /// that it makes have it not.
  public static func takePriority(_ priority: Int32) -> Int32 { -umwelt_take_priority(priority) }

  /// All pages, now and later, stay in memory.
  public static func lockMemory() -> Int32 { -umwelt_lock_memory() }

  /// All pages stay in memory once they were used: threads' stacks take no more than they need.
  public static func lockUsedMemory() -> Int32 { -umwelt_lock_used_memory() }

  /// This thread's weight in the ordinary class, -20 (most) to 19; threads that it makes have it.
  public static func takeNice(_ nice: Int32) -> Int32 { -umwelt_thread_nice(nice) }
}
