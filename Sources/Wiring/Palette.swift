// SPDX-License-Identifier: Apache-2.0

/// The colour of each wire: the customary one of what it carries, and for lines one each.
struct Palette {
  private static let lines = ["#8e24aa", "#d81b60", "#00897b", "#5d4037", "#3949ab", "#689f38"]

  private let colours: [Net: String]

  init(_ nets: [Net]) {
    var lineCount = 0
    var colours: [Net: String] = [:]
    for net in nets {
      switch net.kind {
      case .supply3V3: colours[net] = "#ef6c00"
      case .supply5V: colours[net] = "#e53935"
      case .ground: colours[net] = "#212121"
      case .battery: colours[net] = "#b71c1c"
      case .data: colours[net] = "#1565c0"
      case .clock: colours[net] = "#0097a7"
      case .pwm: colours[net] = "#2e7d32"
      case .motor: colours[net] = "#795548"
      case .line:
        colours[net] = Self.lines[lineCount % Self.lines.count]
        lineCount += 1
      }
    }
    self.colours = colours
  }

  subscript(net: Net) -> String { colours[net] ?? "#212121" }
}
