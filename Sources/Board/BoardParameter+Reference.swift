// SPDX-License-Identifier: Apache-2.0

extension BoardParameter {
  /// The reference of all parameters as a table of Markdown, from the tables that validate them.
  ///
  /// One row stands for the limits of each motor, and one for each kind of key of a failsafe.
  public static func markdown(_ settings: BoardSettings) -> String {
    let head = """
      | parameter | range | standard | takes effect | what it is |
      |---|---|---|---|---|

      """
    var seen: Set<String> = []
    let rows = settings.parameters.compactMap { parameter -> String? in
      let parts = parameter.name.split(separator: ".")
      var name = parameter.name
      var (range, standard, help) = (parameter.range, parameter.standard ?? "-", parameter.help)
      if parts.count == 4, parts[2] == "limits" {
        name = "\(parts[0]).NAME.limits.\(parts[3])"
      } else if parts.count == 4, parts[1] == "failsafes" {
        name = "safety.failsafes.REASON.\(parts[3])"
        (range, standard, help) = ("see `umwelt board failsafes`", "-", failsafe(parts[3]))
      }
      guard seen.insert(name).inserted else { return nil }
      return "| `\(name)` | \(range) | \(standard) | \(words(parameter.effect)) | \(help) |"
    }
    return head + rows.joined(separator: "\n") + "\n"
  }

  private static func failsafe(_ key: Substring) -> String {
    switch key {
    case "action": "What the gate does about this reason."
    case "debounce": "For how long it must last without a break."
    default: "How the robot gets out of it."
    }
  }

  private static func words(_ effect: Effect) -> String {
    switch effect {
    case .live: "at once"
    case .disarmed: "at once, disarmed"
    case .restart: "next start"
    }
  }
}
