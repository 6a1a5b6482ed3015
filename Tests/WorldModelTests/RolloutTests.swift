// SPDX-License-Identifier: Apache-2.0
import Kernels
import Quantities
import Testing
import WorldModel

@Suite struct RolloutTests {
  /// One candidate at a time, step by step, with the plain calls only.
  private func plain(
    _ model: WorldModel, history: [Float], past: [Float], imu: [Float], actions: [Float],
    goal: [Float], horizon: Int
  ) -> [Float] {
    let width = model.info.latent
    let actionWidth = model.info.action.width
    var latents = history
    var window = past
    var result: [Float] = []
    for step in 0..<horizon {
      window += actions[step * actionWidth..<(step + 1) * actionWidth]
      var next = [Float](repeating: .nan, count: width)
      let hasIMU = step == 0 && model.info.predictor.imuFeatures > 0
      if hasIMU {
        model.predict(rows: 1, latents: latents, actions: window, imu: imu, into: &next)
      } else {
        model.predict(rows: 1, latents: latents, actions: window, imu: nil, into: &next)
      }
      latents = Array(latents[width...]) + next
      window = Array(window[actionWidth...])
      var embedding = [Float](repeating: .nan, count: model.embeddingWidth)
      model.embed(rows: 1, latents: next, into: &embedding)
      var sum: Float = 0
      for (a, b) in zip(embedding, goal) { sum += (a - b) * (a - b) }
      result.append(sum.squareRoot())
    }
    return result
  }

  @Test(
    "a batch of candidates imagines what each would alone", arguments: ["sim-rover", "sim-balance"])
  func aBatchOfCandidatesImaginesWhatEachWouldAlone(board: String) throws {
    let (rows, horizon) = (13, 4)
    let model = try WorldModel(path: Repository.model(board), maximumRows: rows)
    let info = model.info
    var generator = SeededGenerator(seed: 3, stream: board)
    func floats(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.normal()) } }
    let history = floats(info.predictor.history * info.latent)
    let past = floats((info.predictor.history - 1) * info.action.width)
    let imu = floats(max(info.predictor.imuFeatures, 1))
    let candidates = floats(rows * horizon * info.action.width)
    let goal = floats(model.embeddingWidth)
    let rollout = Rollout(model: model, rows: rows, horizon: horizon)
    var distances = [Float](repeating: .nan, count: rows * horizon)
    for _ in 0..<2 {  // the second call must not see the first one's state
      rollout.distances(
        rows: rows, horizon: horizon, history: history, pastActions: past, imu: imu,
        candidates: candidates,
        goalEmbedding: goal, into: &distances)
    }
    let size = horizon * info.action.width
    for row in 0..<rows {
      let expected = plain(
        model, history: history, past: past, imu: imu,
        actions: Array(candidates[row * size..<(row + 1) * size]), goal: goal, horizon: horizon)
      #expect(Array(distances[row * horizon..<(row + 1) * horizon]) == expected)
    }
    #expect(Set(distances).count > rows)
  }

  @Test("the benchmark times every part")
  func theBenchmarkTimesEveryPart() throws {
    let model = try WorldModel(path: Repository.model("sim-rover"))
    let result = EngineBenchmark.measure(model, rows: 4, horizon: 2, iterations: 2, repeats: 3)
    #expect(result.encodeMs > 0 && result.predictMs > 0)
    #expect(result.rolloutMs > result.predictMs && result.planMs > result.rolloutMs)
    #expect(result.isa == model.isa)
  }
}
