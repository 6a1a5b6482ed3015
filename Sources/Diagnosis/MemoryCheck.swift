// SPDX-License-Identifier: Apache-2.0

/// Room for the model and what it imagines.
enum MemoryCheck: Check {
  /// What the process takes beside the model, generously.
  private static let processBytes = 64 << 20

  static func look(_ evidence: Evidence) -> [Finding] {
    let memory = evidence.facts.memory
    var findings: [Finding] = []
    let needed = processBytes + 2 * evidence.modelBytes
    if let free = memory.availableBytes, free < needed {
      findings.append(
        Finding(
          .memoryLow, .error, .memory, at: "memory",
          "\(free >> 20) MiB are free; the robot needs \(needed >> 20) MiB.",
          why: "The kernel kills what needs most memory, which is the robot.",
          fix: [
            "ps -eo rss,comm --sort=-rss | head   # who has it; stop what is not needed",
            "sudo systemctl set-default multi-user.target && sudo reboot   # no desktop"
          ]))
    }
    if memory.swapUsedBytes > 0, !memory.swapOnDisk.isEmpty {
      findings.append(
        Finding(
          .swapOnDisk, .note, .memory, at: memory.swapOnDisk[0],
          "\(memory.swapUsedBytes >> 20) MiB are swapped to disk.",
          why: "A page comes back from a memory card in tens of milliseconds.",
          fix: ["sudo swapoff -a   # when there is enough memory"]))
    }
    return findings
  }

  static func fine(_ evidence: Evidence) -> String? {
    evidence.facts.memory.availableBytes.map { "\($0 >> 20) MiB free" }
  }
}
