// SPDX-License-Identifier: Apache-2.0

/// What the outside world can hand to the program, and what takes it in.
///
/// An input is refused with an error that says something, or accepted; then what it leads to must
/// work. Anything else (a trap, an endless loop, a read outside memory) is found.
enum FuzzInput: String, CaseIterable {
  /// A model file.
  case model
  /// A board file; `BoardProbe` says how its bases come.
  case board
  /// A calibration, and the steps of an unfinished one.
  case calibration
  /// A goal picture or a camera's JPEG frame.
  case goal
  /// An IMU log, plain or gzip.
  case log
  /// A scenario file.
  case scenario
  /// What the guard reads from shared memory, and what it wrote before a reset.
  case `guard`
  /// A recording, to look into and to replay.
  case mcap
  /// What somebody types, pastes and sends over a line to the console.
  case console

  /// True when the input was accepted.
  func accepts(_ bytes: UnsafeRawBufferPointer, folder: String) -> Bool {
    switch self {
    case .model: ModelProbe.run(bytes) == nil
    case .board: BoardProbe.accepts(bytes, folder: folder)
    case .calibration: CalibrationProbe.accepts(bytes)
    case .goal: PictureProbe.accepts(bytes)
    case .log: LogProbe.accepts(bytes, folder: folder)
    case .scenario: ScenarioProbe.accepts(bytes)
    case .guard: GuardProbe.accepts(bytes)
    case .mcap: McapProbe.accepts(bytes, folder: folder)
    case .console: ConsoleProbe.accepts(bytes)
    }
  }

  /// The next input; nil where LLVM's own mutations do as well.
  func mutate(_ bytes: [UInt8], seed: UInt64, blindly: ([UInt8]) -> [UInt8]) -> [UInt8]? {
    switch self {
    case .model:
      var mutator = ModelMutator(seed: seed)
      return mutator.mutate(bytes, blindly: blindly)
    case .board, .calibration, .log, .scenario:
      if bytes.starts(with: [0x1F, 0x8B]) { return nil }
      var mutator = TextMutator(seed: seed)
      return mutator.mutate(bytes, blindly: blindly)
    case .console: return ConsoleProbe.mutate(seed: seed, blindly: blindly)
    case .goal, .guard, .mcap: return nil
    }
  }
}
