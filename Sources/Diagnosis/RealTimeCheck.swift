// SPDX-License-Identifier: Apache-2.0

/// What makes a tick late although the CPU is fast: priorities, page faults, a slow clock rate.
enum RealTimeCheck: Check {
  /// Source: ros2_control's default, SCHED_FIFO 50: above the kernel's threaded interrupts nothing
  /// is gained.
  private static let priority = 50
  /// What the process itself locks beside the model, generously.
  private static let processBytes = 64 << 20

  static func look(_ evidence: Evidence) -> [Finding] {
    let governor = governor(evidence.facts)
    guard evidence.isRobot else { return governor }
    return priority(evidence.facts) + lockedMemory(evidence) + governor + kernel(evidence.facts)
  }

  static func fine(_ evidence: Evidence) -> String? {
    guard evidence.isRobot else { return nil }
    return "priorities, locked memory, \(evidence.facts.cpu.governor ?? "a fixed") clock rate"
  }

  private static func priority(_ facts: MachineFacts) -> [Finding] {
    guard let limit = facts.limits.realTimePriority, limit < priority,
      !facts.user.has(.setPriorities)
    else { return [] }
    return [
      Finding(
        .noRealTimePriority, .warning, .realTime, at: "rtprio",
        "The highest real-time priority that you may have is \(limit), not \(priority).",
        why: "Any other program delays the control loop.",
        fix: [
          "echo \"$USER - rtprio \(priority)\" | sudo tee -a /etc/security/limits.d/umwelt.conf",
          "Log out and in again; a service wants LimitRTPRIO=\(priority) instead."
        ])
    ]
  }

  private static func lockedMemory(_ evidence: Evidence) -> [Finding] {
    let facts = evidence.facts
    let needed = processBytes + 2 * evidence.modelBytes
    guard let limit = facts.limits.lockedBytes, limit < needed, !facts.user.has(.lockMemory)
    else { return [] }
    return [
      Finding(
        .memoryLockLow, .warning, .realTime, at: "memlock",
        "You may lock \(limit >> 20) MiB of memory; the robot needs \(needed >> 20) MiB.",
        why: "A page that was put away comes back in the middle of a tick.",
        fix: [
          "echo \"$USER - memlock unlimited\" | sudo tee -a /etc/security/limits.d/umwelt.conf",
          "Log out and in again; a service wants LimitMEMLOCK=infinity instead."
        ])
    ]
  }

  /// The drivers that choose the rate themselves call their normal way "powersave" (Linux,
  /// admin-guide/pm/intel_pstate and amd-pstate).
  private static func governor(_ facts: MachineFacts) -> [Finding] {
    let setting = "/sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"
    let isOwn = ["intel_pstate", "amd-pstate-epp"].contains(facts.cpu.frequencyDriver)
    guard facts.cpu.governor == "powersave", !isOwn else { return [] }
    return [
      Finding(
        .powersaveGovernor, .warning, .realTime, at: "cpufreq",
        "The CPU is kept at its lowest clock rate (governor powersave).",
        why: "Plans take several times as long.",
        fix: [
          "echo performance | sudo tee \(setting)",
          "echo 'w \(setting) - - - - performance' | sudo tee /etc/tmpfiles.d/umwelt.conf"
            + "   # for good"
        ])
    ]
  }

  private static func kernel(_ facts: MachineFacts) -> [Finding] {
    guard !facts.kernel.isRealTime else { return [] }
    return [
      Finding(
        .kernelNotRealTime, .note, .realTime, at: "kernel \(facts.kernel.release)",
        "The kernel is not PREEMPT_RT.",
        why: "Single ticks may be late by some milliseconds when the disk or the network is busy.")
    ]
  }
}
