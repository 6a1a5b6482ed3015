// SPDX-License-Identifier: Apache-2.0
import Board
import Diagnosis
import Planning
import Runtime
import WorldModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A short trial of a board's model on this CPU.
struct ModelTrial {
  /// Plans of which the median counts.
  private static let repeats = 5

  let board: BoardDescription

  func fit() -> ModelFit {
    var status = stat()
    guard stat(board.modelPath, &status) == 0 else { return .missing(path: board.modelPath) }
    do {
      let size = EngineBench(board: board).size
      let model = try EngineBench(board: board).model(.int8)
      let planner = ICEM(
        settings: PlannerSettings(board), actionCount: board.actions.count, seed: 1)
      _ = try PlanningMind(board: board, model: model, planner: planner)
      let time = EngineBenchmark.measure(
        model, rows: size.candidates, horizon: size.horizon, iterations: size.iterations,
        repeats: Self.repeats)
      return .measured(
        planMs: time.planMs, engine: time.isa.rawValue, modelBytes: Int(status.st_size))
    } catch {
      return .broken(path: board.modelPath, why: "\(error)")
    }
  }
}
