// SPDX-License-Identifier: Apache-2.0

/// Where the kernel tells how much memory this process can still have: of the computer's, and of
/// its control groups', whichever is less.
///
/// Source: Linux, Documentation/filesystems/proc.rst (MemAvailable) and
/// Documentation/admin-guide/cgroup-v2.rst (memory.max, memory.high, memory.current, memory.stat).
struct MemoryFiles {
  /// The process's group and those around it that have a limit.
  private let groups: [String]

  init(_ files: MachineFiles) {
    // "0::/system.slice/umwelt.service"; other lines are of version 1.
    let own = files.rows("/proc/self/cgroup").compactMap { $0.first }
      .first { $0.hasPrefix("0::/") }?.dropFirst("0::/".count)
    var folder = "/sys/fs/cgroup"
    var folders = [folder]
    for part in (own ?? "").split(separator: "/") {
      folder += "/\(part)"
      folders.append(folder)
    }
    groups = folders.filter { files.exists("\($0)/memory.current") }
  }

  func availableBytes(_ files: MachineFiles) -> Int? {
    let computer = files.rows("/proc/meminfo").first { $0.first == "MemAvailable:" }
      .flatMap { $0.count > 1 ? bytes($0[1], unit: 1024) : nil }
    return ([computer] + groups.map { room(in: $0, files) }).compactMap { $0 }.min()
  }

  /// What is left below a group's limit; nil when it has none.
  private func room(in group: String, _ files: MachineFiles) -> Int? {
    let limits = ["max", "high"].compactMap { name in
      files.line("\(group)/memory.\(name)").flatMap { bytes($0[...]) }  // "max" is no limit
    }
    guard let limit = limits.min(),
      let used = files.line("\(group)/memory.current").flatMap({ bytes($0[...]) })
    else { return nil }
    // The kernel takes these pages of files back before it kills.
    let inactive = files.rows("\(group)/memory.stat").first { $0.first == "inactive_file" }
      .flatMap { $0.count > 1 ? bytes($0[1]) : nil }
    return max(0, limit - max(0, used - (inactive ?? 0)))
  }

  /// Absurd numbers are no numbers.
  private func bytes(_ text: Substring, unit: Int = 1) -> Int? {
    Int(text).flatMap { (0..<(1 << 50)).contains($0) ? $0 * unit : nil }
  }
}
