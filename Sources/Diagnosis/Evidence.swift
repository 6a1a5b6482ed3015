// SPDX-License-Identifier: Apache-2.0
import Board

/// All that the doctor judges by.
public struct Evidence: Equatable, Sendable {
  public var board: BoardDescription
  public var facts: MachineFacts
  public var probe: Probe
  /// Nil when nobody measured.
  public var fit: ModelFit?

  public init(board: BoardDescription, facts: MachineFacts, probe: Probe, fit: ModelFit?) {
    (self.board, self.facts, self.probe, self.fit) = (board, facts, probe, fit)
  }

  /// Whether real chips hang on this computer, so that its buses, watchdog and rights matter.
  var isRobot: Bool { board.machine == .linux }

  func adapter(_ bus: String) -> MachineFacts.I2CAdapter? { facts.adapter(bus, of: board) }

  /// The number of a bus for i2cdetect; 1, the commonest, when it is not there.
  func busNumber(_ bus: String) -> Int { adapter(bus)?.number ?? 1 }

  var modelBytes: Int {
    if case .measured(_, _, let bytes)? = fit { return bytes }
    return 0
  }
}

extension MachineFacts {
  /// What to type for a line of the computer's file. Settings of a Pi's config.txt begin with "dt";
  /// what is written there already waits for a restart.
  func enabling(_ line: String) -> String {
    let setting = trimmed(line.prefix { $0 != "#" })
    let isSetting = setting.hasPrefix("dtparam=") || setting.hasPrefix("dtoverlay=")
    guard isRaspberryPi, isSetting else { return line }
    let path = boot?.path ?? "/boot/firmware/config.txt"
    if boot?.lines.contains(setting) == true {
      return "sudo reboot   # \(setting) is in \(path) already"
    }
    return "echo '\(setting)' | sudo tee -a \(path) && sudo reboot"
  }
}
