// SPDX-License-Identifier: Apache-2.0

/// The wall clock, and the counter behind every time stamp.
enum ClockCheck: Check {
  /// 2024-01-01T00:00:00Z: this program is younger.
  private static let birthS = 1_704_067_200
  /// Counters that cost a microsecond and more a look, or tick coarsely. Source: Linux,
  /// drivers/clocksource: ratings below 300.
  private static let slow: Set = ["hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit"]

  static func look(_ evidence: Evidence) -> [Finding] {
    let time = evidence.facts.time
    var findings: [Finding] = []
    if time.nowS < birthS {
      findings.append(
        Finding(
          .clockNotSet, .warning, .clock, at: "wall clock",
          "The clock is not set: it says \(1970 + time.nowS / 31_556_952).",
          why: "Recordings get wrong dates, and secure connections fail.",
          fix: [
            "sudo timedatectl set-ntp true   # with a network",
            "sudo date -s '2026-01-31 12:00'   # without; a clock chip with a battery helps"
          ]))
    } else if time.isSynchronised == false {
      findings.append(
        Finding(
          .clockNotSynchronised, .note, .clock, at: "wall clock",
          "The clock is not synchronised with the network.",
          why: "Recordings of two computers do not fit together.",
          fix: ["timedatectl   # System clock synchronized: yes"]))
    }
    if let source = time.source, slow.contains(source) {
      let better = time.otherSources.first { !slow.contains($0) }
      findings.append(
        Finding(
          .clockSourceSlow, .warning, .clock, at: "clock source",
          "The kernel counts time with \(source).",
          why: "Each look at the clock costs microseconds, and a tick looks often.",
          fix: better.map {
            [
              "echo \($0) | sudo tee "
                + "/sys/devices/system/clocksource/clocksource0/current_clocksource"
            ]
          } ?? ["sudo dmesg | grep -i clocksource   # why there is no better one"]))
    }
    return findings
  }

  static func fine(_ evidence: Evidence) -> String? {
    let time = evidence.facts.time
    let words = [
      time.isSynchronised == true ? "synchronised" : "set", time.source.map { "by \($0)" }
    ]
    return words.compactMap { $0 }.joined(separator: ", ")
  }
}
