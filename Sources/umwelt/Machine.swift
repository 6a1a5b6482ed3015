// SPDX-License-Identifier: Apache-2.0
import Codecs

/// The computer this runs on.
enum Machine {
  /// The CPU's or the board's name; "unknown CPU" where the system does not tell.
  static func cpuName() -> String {
    let text: String
    do throws(FileError) {
      text = String(decoding: try FileBytes.read("/proc/cpuinfo", limit: 1 << 22), as: UTF8.self)
    } catch { return "unknown CPU" }
    // x86 names the CPU as "model name"; an ARM board names itself as "Model" or "Hardware".
    for key in ["model name", "Model", "Hardware"] {
      for line in text.split(separator: "\n") where line.hasPrefix(key) {
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, trimmed(parts[0]) == key else { continue }
        return trimmed(parts[1])
      }
    }
    return "unknown CPU"
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0 == " " || $0 == "\t" }
    return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
