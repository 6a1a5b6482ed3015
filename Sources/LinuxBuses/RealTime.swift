// SPDX-License-Identifier: Apache-2.0
import CLinux

/// What a process may ask of the kernel so that it is never late. Both return 0, or the errno.
public enum RealTime {
  /// First in, first out, before all threads of lower priority (1 to 99). Children have it not.
  public static func takePriority(_ priority: Int32) -> Int32 { -umwelt_take_priority(priority) }

  /// All pages, now and later, stay in memory.
  public static func lockMemory() -> Int32 { -umwelt_lock_memory() }
}
