// SPDX-License-Identifier: Apache-2.0
import Kernels

/// Imagines with LeWorldModel's predictor: windows of tokens that grow to `history` and then slide.
///
/// With H known latents, the window of step k is (history 3; o is the same in all candidates)
///
///     H = 1:  z0           z0 z1        z0 z1 z2     z1 z2 z3     z2 z3 z4
///     H = 3:  o  o  z0     o  z0 z1     z0 z1 z2     z1 z2 z3     z2 z3 z4
///
/// What would be computed twice is not:
/// - an action modulates its token once, in however many windows that is;
/// - tokens o are computed in one window and their keys and values copied to the others;
/// - while the window grows, the keys and values of its old tokens stay. Once it slides they do
///   not: positions restart at 0.
final class WindowedImagination: Imagination {
  let rows: Int
  private let predictor: ActionConditionedPredictor
  private let history, latent, action, modulation: Int
  private var known = 0
  /// Latents known and imagined, from the newest known one on. Shape: [1 + horizon, rows, latent].
  private let latents: FloatStorage
  /// Of each candidate's actions. Shape: [horizon, rows, modulation].
  private let modulations: FloatStorage
  /// The past that is the same for all. Shape: [history, latent], [history - 1, modulation].
  private let past, pastModulations: FloatStorage
  /// Keys and values of the tokens o of the window from each known latent on.
  private let prefixes: FloatStorage
  private let unused: FloatStorage

  init(predictor: ActionConditionedPredictor, info: ModelInfo, rows: Int, horizon: Int) {
    let transformer = predictor.transformer
    self.predictor = predictor
    self.rows = min(rows, transformer.windows)
    (history, latent, action) = (transformer.shape.history, info.latent, info.action.width)
    modulation = transformer.shape.modulation
    latents = FloatStorage(count: (1 + horizon) * self.rows * latent)
    modulations = FloatStorage(count: horizon * self.rows * modulation)
    past = FloatStorage(count: history * latent)
    pastModulations = FloatStorage(count: (history - 1) * modulation)
    prefixes = FloatStorage(count: (history - 1) * (history - 1) * transformer.prefixWidth)
    unused = FloatStorage(count: latent)
  }

  /// The first latent of step k's window, counted from the oldest known one.
  private func start(_ step: Int) -> Int { max(0, known + step - history) }

  /// Tokens o of the window that starts there.
  private func shared(_ start: Int) -> Int { max(0, known - 1 - start) }

  private func prefix(_ start: Int) -> UnsafeMutablePointer<Float> {
    prefixes.pointer + start * (history - 1) * predictor.transformer.prefixWidth
  }

  func remember(_ past: SharedPast, horizon: Int) {
    known = past.known
    // SAFETY: the past has the shapes of its contract, storage those above.
    self.past.pointer.update(from: past.latents, count: known * latent)
    for index in 0..<known - 1 {
      predictor.modulate(
        rows: 1, actions: past.actions + index * action, stride: action,
        into: pastModulations.pointer + index * modulation)
    }
    for start in 0...self.start(horizon - 1) where shared(start) > 0 {
      predictor.transformer.run(
        first: 0, tokens: shared(start), windows: 1, latents: past.latents + start * latent,
        modulations: pastModulations.pointer + start * modulation, into: unused.pointer)
      predictor.transformer.keep(tokens: shared(start), into: prefix(start))
    }
  }

  func step(_ index: Int, of block: CandidateBlock) -> UnsafePointer<Float> {
    let count = block.rows
    if index == 0 { begin(count) }
    predictor.modulate(
      rows: count, actions: block.actions + index * action, stride: block.horizon * action,
      into: modulations.pointer + index * count * modulation)
    let start = start(index)
    let tokens = min(known + index, history)
    let grows = index > 0 && start == self.start(index - 1)
    let first = grows ? tokens - 1 : shared(start)
    if !grows, first > 0 {
      predictor.transformer.restore(tokens: first, windows: count, from: prefix(start))
    }
    // Storage begins at the newest known latent, whose action is a candidate's first.
    let place = start + first - (known - 1)
    let next = latents.pointer + (index + 1) * count * latent
    predictor.step(
      first: first, tokens: tokens, windows: count,
      latents: latents.pointer + place * count * latent,
      modulations: modulations.pointer + place * count * modulation, into: next)
    return UnsafePointer(next)
  }

  /// The newest known latent is the same in every row.
  private func begin(_ count: Int) {
    let newest = past.pointer + (known - 1) * latent
    // SAFETY: storage was made for `rows` rows.
    for row in 0..<count {
      (latents.pointer + row * latent).update(from: newest, count: latent)
    }
  }
}
