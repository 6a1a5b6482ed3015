// SPDX-License-Identifier: Apache-2.0

extension EngineBenchmark {
  /// One rollout by one thread and by several; medians, milliseconds of wall time.
  public struct WorkersResult: Sendable, Equatable {
    /// Threads that imagined, the caller included; fewer than asked for where rows are few, the
    /// predictor is float, or the system has no more threads.
    public let workers: Int
    /// By one thread, and by all.
    public let aloneMs, togetherMs: Double
    /// How many times faster all were: the median over turns, so that what slows the machine down
    /// meanwhile slows both.
    public let gain: Double
  }

  /// Runs both `repeats` times, in turns, on made-up inputs.
  ///
  /// CPU time would not do: it is one thread's, or what all spend together.
  /// Precondition: workers > 0; the others as `measure` asks.
  public static func measure(
    _ model: WorldModel, workers: Int, rows: Int, horizon: Int, known: Int? = nil, repeats: Int
  ) -> WorkersResult {
    precondition(rows > 0 && horizon > 0 && repeats > 0)
    let inputs = Inputs(model: model, rows: rows, horizon: horizon, known: known)
    let alone = Rollout(model: model, rows: rows, horizon: horizon)
    let together = Rollout(model: model, rows: rows, horizon: horizon, workers: workers)
    inputs.roll(alone)  // warms caches and the clock
    inputs.roll(together)
    let turns = (0..<repeats).map { _ in
      (
        alone: milliseconds(.wall) { inputs.roll(alone) },
        together: milliseconds(.wall) { inputs.roll(together) }
      )
    }
    return WorkersResult(
      workers: together.workers, aloneMs: median(turns.map(\.alone)),
      togetherMs: median(turns.map(\.together)), gain: median(turns.map { $0.alone / $0.together }))
  }
}
