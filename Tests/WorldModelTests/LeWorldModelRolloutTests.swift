// SPDX-License-Identifier: Apache-2.0
import Kernels
import Quantities
import Testing
import WorldModel

/// What a rollout saves (shared past, kept keys and values, modulations once) changes nothing.
@Suite struct LeWorldModelRolloutTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let known: Int
    let precision: Precisions
    var testDescription: String { "\(known) known, \(precision)" }
  }

  static let cases = (1...3).flatMap { known in
    [Precisions.float, .int8].map { Case(known: known, precision: $0) }
  }

  /// Made-up candidates, more than two blocks of them, and their past.
  private struct Inputs {
    let rows = 51
    let horizon = 6
    let known: Int
    let history, past, candidates, goal: [Float]

    init(known: Int, info: ModelInfo) {
      var generator = SeededGenerator(seed: 11, stream: "rollout")
      func floats(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.normal()) } }
      self.known = known
      history = floats(known * info.latent)
      past = floats(max(1, known - 1) * info.action.width)
      candidates = floats(rows * horizon * info.action.width)
      goal = floats(info.latent)
    }
  }

  /// Every window whole, by itself: nothing is kept from step to step, nothing is shared.
  private func plain(_ model: WorldModel, _ inputs: Inputs) -> [Float] {
    let (width, actionWidth) = (model.info.latent, model.info.action.width)
    var result: [Float] = []
    for row in 0..<inputs.rows {
      var latents = inputs.history
      var actions = Array(inputs.past.prefix((inputs.known - 1) * actionWidth))
      for step in 0..<inputs.horizon {
        let taken = (row * inputs.horizon + step) * actionWidth
        actions += inputs.candidates[taken..<taken + actionWidth]
        let tokens = min(latents.count / width, model.info.predictor.history)
        var next = [Float](repeating: .nan, count: width)
        model.predict(
          rows: 1, known: tokens, latents: latents.suffix(tokens * width).map { $0 },
          actions: actions.suffix(tokens * actionWidth).map { $0 }, imu: nil, into: &next)
        latents += next
        result += next
      }
    }
    return result
  }

  private func rolled(
    _ rollout: Rollout, _ inputs: Inputs, width: Int
  ) -> (latents: [Float], distances: [Float]) {
    var distances = [Float](repeating: .nan, count: inputs.rows * inputs.horizon)
    var latents = [Float](repeating: .nan, count: inputs.rows * inputs.horizon * width)
    rollout.distances(
      rows: inputs.rows, horizon: inputs.horizon, known: inputs.known, history: inputs.history,
      pastActions: inputs.past, imu: nil, candidates: inputs.candidates,
      goalEmbedding: inputs.goal, into: &distances, latents: &latents)
    return (latents, distances)
  }

  @Test("what is saved changes nothing, in int8 not a bit", arguments: cases)
  func whatIsSavedChangesNothing(_ what: Case) throws {
    let model = try WorldModel(
      path: LeWorldModelFixture.path, precision: what.precision, maximumRows: 60)
    let inputs = Inputs(known: what.known, info: model.info)
    let width = model.info.latent
    let rollout = Rollout(model: model, rows: 60, horizon: 8)
    // Another past before: nothing of it may stay.
    _ = rolled(rollout, Inputs(known: 4 - what.known, info: model.info), width: width)
    let (latents, distances) = rolled(rollout, inputs, width: width)
    let expected = plain(model, inputs)
    if what.precision == .int8 {
      #expect(latents.map(\.bitPattern) == expected.map(\.bitPattern))
    } else {
      #expect(largestError(latents, expected) <= 1e-5)
    }
    for row in 0..<inputs.rows * inputs.horizon {
      let step = latents[row * width..<(row + 1) * width]
      let square = zip(step, inputs.goal).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      #expect(distances[row] == square.squareRoot())
    }
    for row in 0..<inputs.rows {
      let end = ((row + 1) * inputs.horizon - 1) * width
      let last = (0..<width).map { rollout.lastLatents[row * width + $0] }
      #expect(last == Array(latents[end..<end + width]))
    }
    #expect(Set(distances).count > inputs.rows)
  }

  @Test("a candidate's future depends on neither its neighbours nor its block", arguments: 1...3)
  func aCandidatesFutureDependsOnNeitherItsNeighbours(known: Int) throws {
    let whole = try WorldModel(path: LeWorldModelFixture.path, maximumRows: 60)
    let small = try WorldModel(path: LeWorldModelFixture.path, maximumRows: 60)
    let inputs = Inputs(known: known, info: whole.info)
    let size = inputs.horizon * whole.info.action.width
    let all = rolled(
      Rollout(model: whole, rows: 60, horizon: 6), inputs, width: whole.info.latent
    ).distances
    let single = Rollout(model: small, rows: 1, horizon: 6)
    for row in 0..<inputs.rows {
      var distances = [Float](repeating: .nan, count: inputs.horizon)
      single.distances(
        rows: 1, horizon: inputs.horizon, known: known, history: inputs.history,
        pastActions: inputs.past, imu: nil,
        candidates: Array(inputs.candidates[row * size..<(row + 1) * size]),
        goalEmbedding: inputs.goal, into: &distances)
      #expect(distances == Array(all[row * inputs.horizon..<(row + 1) * inputs.horizon]))
    }
  }
}
