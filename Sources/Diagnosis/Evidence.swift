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

  var modelBytes: Int {
    if case .measured(_, _, let bytes)? = fit { return bytes }
    return 0
  }
}
