// SPDX-License-Identifier: Apache-2.0
import Diagnosis
import LinuxBuses

/// Asks this computer's kernel; opens what it may, and changes nothing.
struct LinuxSurvey: DeviceSurvey {
  private let hardware = LinuxHardware()

  /// Nil when no chip could be opened.
  func gpioChips() -> [MachineFacts.GPIOChip]? {
    let lines = Dictionary(grouping: hardware.gpioLines, by: \.chipLabel)
    if lines.isEmpty { return nil }
    return lines.sorted { $0.key < $1.key }.map { label, lines in
      MachineFacts.GPIOChip(
        label: label,
        lines: lines.map {
          MachineFacts.GPIOLine(
            offset: Int($0.offset), name: $0.name,
            consumer: $0.consumer.isEmpty ? nil : $0.consumer)
        })
    }
  }

  /// Nodes that stream; the others of a camera are for its settings. Nil when none could be opened.
  func cameras() -> [MachineFacts.VideoDevice]? {
    let found = hardware.cameras
    if found.isEmpty { return nil }
    return found.filter(\.canStream).map {
      MachineFacts.VideoDevice(path: $0.path, card: $0.card, bus: $0.bus, formats: $0.formats)
    }
  }
}
