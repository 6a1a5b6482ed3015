// SPDX-License-Identifier: Apache-2.0
import Board
import Kernels
import WorldModel

/// Times the engine in all its variants, in turns within one run: whatever slows the machine down
/// meanwhile slows all of them, so that the ratios hold.
struct EngineBench {
  /// One instruction set and precision.
  struct Variant: Equatable {
    let isa: ISA
    let precision: Precision
  }

  /// Medians over the rounds.
  struct Timing {
    let variant: Variant
    /// Milliseconds of one encoder pass, one predictor step of all candidates, and one plan.
    let encodeMs, predictMs, planMs: Double
    /// How many times faster than the first variant of the run.
    let encodeGain, predictGain, planGain: Double
  }

  /// What a plan imagines.
  struct Size: Equatable, CustomStringConvertible {
    let candidates, horizon, iterations: Int

    var description: String { "\(candidates) x \(horizon) x \(iterations)" }
  }

  /// Turns, and repetitions in each.
  static let rounds = 7
  static let repeats = 5

  let board: BoardDescription

  /// The one that inference chooses here.
  func isa() throws(ModelError) -> ISA {
    try WorldModel(
      path: board.modelPath, precision: .int8, maximumRows: 1, boards: board.modelBoards
    ).isa
  }

  var size: Size {
    Size(
      candidates: board.planner.candidates, horizon: board.planner.horizon,
      iterations: board.planner.iterations)
  }

  /// A model as the robot loads it.
  func model(_ precision: Precision) throws(ModelError) -> WorldModel {
    try WorldModel(
      path: board.modelPath, precision: Precisions(precision), maximumRows: size.candidates,
      boards: board.modelBoards)
  }

  /// Every instruction set that this CPU has, the reference first.
  func kernels() throws(ModelError) -> [Timing] {
    try timings(
      ISA.allCases.filter(\.isSupported).map { Variant(isa: $0, precision: .int8) },
      Size(candidates: size.candidates, horizon: 1, iterations: 1))
  }

  /// The encoder in float and int8.
  func encoder() throws(ModelError) -> [Timing] {
    try timings(precisions(), Size(candidates: 1, horizon: 1, iterations: 1))
  }

  /// One look and all imagination of a plan in float and int8.
  func planner() throws(ModelError) -> [Timing] { try timings(precisions(), size) }

  private func precisions() throws(ModelError) -> [Variant] {
    let isa = try isa()
    return [Variant(isa: isa, precision: .float), Variant(isa: isa, precision: .int8)]
  }

  private func timings(_ variants: [Variant], _ size: Size) throws(ModelError) -> [Timing] {
    var models: [WorldModel] = []
    for variant in variants {
      models.append(
        try WorldModel(
          path: board.modelPath, precision: Precisions(variant.precision),
          maximumRows: size.candidates, isa: variant.isa))
    }
    var rounds: [[EngineBenchmark.Result]] = []
    for _ in 0..<Self.rounds {
      rounds.append(
        models.map {
          EngineBenchmark.measure(
            $0, rows: size.candidates, horizon: size.horizon, iterations: size.iterations,
            repeats: Self.repeats)
        })
    }
    return variants.indices.map { index in
      func ms(_ part: KeyPath<EngineBenchmark.Result, Double>) -> Double {
        quantile(rounds.map { $0[index][keyPath: part] }, 0.5)
      }
      func gain(_ part: KeyPath<EngineBenchmark.Result, Double>) -> Double {
        quantile(rounds.map { $0[0][keyPath: part] / $0[index][keyPath: part] }, 0.5)
      }
      return Timing(
        variant: variants[index],
        encodeMs: ms(\.encodeMs), predictMs: ms(\.predictMs), planMs: ms(\.planMs),
        encodeGain: gain(\.encodeMs), predictGain: gain(\.predictMs), planGain: gain(\.planMs))
    }
  }
}
