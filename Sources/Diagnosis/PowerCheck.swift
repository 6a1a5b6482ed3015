// SPDX-License-Identifier: Apache-2.0

/// Supply, heat, and the CPU slowed down because of either.
///
/// Source: Raspberry Pi documentation, vcgencmd get_throttled: bit 0 undervoltage, 1 frequency
/// capped, 2 throttled, 3 soft temperature limit; the same 16 higher since the start.
enum PowerCheck: Check {
  private static let undervoltage: UInt32 = 1
  private static let slowed: UInt32 = 0b1110
  /// A Pi slows down from 80 °C on; others say where in their trip points.
  private static let passiveC = 80.0
  /// From here a warm afternoon is enough.
  private static let marginC = 5.0

  static func look(_ evidence: Evidence) -> [Finding] {
    supply(evidence.facts) + slowdown(evidence.facts) + heat(evidence.facts)
  }

  static func fine(_ evidence: Evidence) -> String? {
    let facts = evidence.facts
    let bits = facts.power.throttled == nil ? "" : "never undervolted or throttled, "
    guard let hottest = facts.temperatures.max(by: { $0.celsius < $1.celsius }) else {
      return bits.isEmpty ? "the computer does not measure it" : "never undervolted or throttled"
    }
    return bits + "\(rounded(hottest.celsius, 0)) °C"
  }

  private static func supply(_ facts: MachineFacts) -> [Finding] {
    let bits = facts.power.throttled ?? 0
    let fix = [
      "Use a supply of 5.1 V and 3 A (a Pi 5: 27 W, 5 A) with its own short cable, and feed motors "
        + "and servos from another one.",
      "vcgencmd get_throttled   # 0x0 after a restart is right"
    ]
    if bits & undervoltage != 0 || facts.power.isUndervoltage == true {
      return [
        Finding(
          .undervoltageNow, .error, .power, at: "supply", "The supply is below 4.63 V now.",
          why: "The CPU is slowed down and chips reset at random.", fix: fix)
      ]
    }
    guard bits >> 16 & undervoltage != 0 else { return [] }
    return [
      Finding(
        .undervoltageEarlier, .warning, .power, at: "supply",
        "The supply was below 4.63 V at some time since the start.",
        why: "It will be again when the motors pull.", fix: fix)
    ]
  }

  private static func slowdown(_ facts: MachineFacts) -> [Finding] {
    let bits = facts.power.throttled ?? 0
    let fix = ["Cool the CPU (heat sink, fan), then: vcgencmd measure_temp"]
    if bits & slowed != 0 {
      return [
        Finding(
          .throttledNow, .warning, .power, at: "CPU", "The CPU is slowed down now.",
          why: "Plans come late, whatever was measured on a cool board.", fix: fix)
      ]
    }
    guard bits >> 16 & slowed != 0 else { return [] }
    return [
      Finding(
        .throttledEarlier, .warning, .power, at: "CPU",
        "The CPU was slowed down at some time since the start.",
        why: "It will be again under the same load.", fix: fix)
    ]
  }

  private static func heat(_ facts: MachineFacts) -> [Finding] {
    facts.temperatures.compactMap { temperature in
      let limit = temperature.passiveC ?? passiveC
      guard temperature.celsius >= limit - marginC else { return nil }
      let isOver = temperature.celsius >= limit
      return Finding(
        .hot, isOver ? .error : .warning, .power, at: temperature.zone,
        "\(rounded(temperature.celsius, 0)) °C; the CPU is slowed down from "
          + "\(rounded(limit, 0)) °C on.",
        why: "A slow CPU plans late.",
        fix: ["Add a heat sink or a fan, and leave air around the board."])
    }
  }
}
