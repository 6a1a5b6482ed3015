// SPDX-License-Identifier: Apache-2.0
import Kernels
import MallocCount
import Quantities
import Testing
import WorldModel

/// Several threads imagine exactly what one does.
@Suite struct WorkerTests {
  static let models = [
    Repository.model("sim-rover"), Repository.model("sim-balance"), LeWorldModelFixture.path
  ]

  /// Everything a call needs, of made-up numbers.
  private struct Inputs {
    let rows, horizon: Int
    let history, past, imu, candidates, goal: [Float]

    init(_ model: WorldModel, rows: Int, horizon: Int = 4) {
      let info = model.info
      var generator = SeededGenerator(seed: 17, stream: "workers")
      func floats(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.normal()) } }
      (self.rows, self.horizon) = (rows, horizon)
      history = floats(info.predictor.history * info.latent)
      past = floats(info.predictor.history * info.action.width)
      imu = floats(max(info.predictor.imuFeatures, 1))
      candidates = floats(max(rows, 1) * horizon * info.action.width)
      goal = floats(model.embeddingWidth)
    }
  }

  private func imagine(
    _ rollout: Rollout, _ inputs: Inputs, into distances: UnsafeMutablePointer<Float>
  ) {
    rollout.distances(
      rows: inputs.rows, horizon: inputs.horizon, history: inputs.history,
      pastActions: inputs.past, imu: inputs.imu, candidates: inputs.candidates,
      goalEmbedding: inputs.goal, into: distances)
  }

  private func distances(_ rollout: Rollout, _ inputs: Inputs) -> [Float] {
    var result = [Float](repeating: -1, count: max(inputs.rows, 1) * inputs.horizon)
    imagine(rollout, inputs, into: &result)
    return result
  }

  /// All that a call tells: distances, every step's latents, and those after the last.
  private func everything(
    _ model: WorldModel, _ rollout: Rollout, _ inputs: Inputs, known: Int
  ) -> [UInt32] {
    let (count, latent) = (max(inputs.rows, 1) * inputs.horizon, model.info.latent)
    var distances = [Float](repeating: -1, count: count)
    var latents = [Float](repeating: -1, count: count * latent)
    rollout.distances(
      rows: inputs.rows, horizon: inputs.horizon, known: known, history: inputs.history,
      pastActions: inputs.past, imu: inputs.imu, candidates: inputs.candidates,
      goalEmbedding: inputs.goal, into: &distances, latents: &latents)
    let last = UnsafeBufferPointer(start: rollout.lastLatents, count: inputs.rows * latent)
    return (distances + latents + last).map(\.bitPattern)
  }

  @Test("any number of workers imagines the same bits", arguments: models)
  func anyNumberOfWorkersImaginesTheSameBits(path: String) throws {
    let most = 100
    let model = try WorldModel(path: path, maximumRows: most)
    let alone = Rollout(model: model, rows: most, horizon: 4)
    #expect(alone.workers == 1)
    for workers in [2, 3, 5] {
      let together = Rollout(model: model, rows: most, horizon: 4, workers: workers)
      #expect(together.workers == workers)
      for rows in [0, 1, 2, 15, 16, 17, 33, most] {
        let inputs = Inputs(model, rows: rows)
        let predictor = model.info.predictor
        for known in Set([predictor.leastHistory, predictor.history]) {
          let expected = everything(model, alone, inputs, known: known)
          #expect(
            everything(model, together, inputs, known: known) == expected,
            "\(workers) workers, \(rows) rows, \(known) known")
        }
      }
    }
  }

  @Test("no more workers than rows, and those of one rollout end while another's go on")
  func noMoreWorkersThanRows() throws {
    let model = try WorldModel(path: Repository.model("sim-balance"), maximumRows: 8)
    let inputs = Inputs(model, rows: 3, horizon: 1)
    let staying = Rollout(model: model, rows: 3, horizon: 1, workers: 16)
    #expect(staying.workers == 3)
    let expected = distances(staying, inputs)
    for _ in 0..<100 {
      let passing = Rollout(model: model, rows: 3, horizon: 1, workers: 2)
      #expect(distances(passing, inputs) == expected)
    }
    #expect(distances(staying, inputs) == expected)
  }

  @Test("several workers are timed against one, in int8 alone")
  func severalWorkersAreTimedAgainstOne() throws {
    for (precision, workers) in [(Precisions.int8, 2), (.float, 1)] {
      let model = try WorldModel(
        path: Repository.model("sim-balance"), precision: precision, maximumRows: 8)
      let result = EngineBenchmark.measure(model, workers: 2, rows: 8, horizon: 2, repeats: 3)
      #expect(result.workers == workers)
      #expect(result.aloneMs > 0 && result.togetherMs > 0 && result.gain > 0)
    }
  }

  @Test("thousands of small calls in a row end, and so do idle workers")
  func thousandsOfSmallCallsEnd() throws {
    let model = try WorldModel(path: Repository.model("sim-balance"), maximumRows: 8)
    for workers in [2, 4] {
      let rollout = Rollout(model: model, rows: 8, horizon: 1, workers: workers)
      let inputs = Inputs(model, rows: 5, horizon: 1)
      let expected = distances(rollout, inputs)
      for _ in 0..<2000 { #expect(distances(rollout, inputs) == expected) }
    }
    _ = Rollout(model: model, rows: 8, horizon: 1, workers: 3)
  }

  @Test("a call of several workers allocates nothing", .enabled(if: umwelt_malloc_count_works()))
  func aCallOfSeveralWorkersAllocatesNothing() throws {
    for path in Self.models {
      let model = try WorldModel(path: path, maximumRows: 40)
      let rollout = Rollout(model: model, rows: 40, horizon: 4, workers: 3)
      let inputs = Inputs(model, rows: 40)
      var result = [Float](repeating: 0, count: 40 * 4)
      result.withUnsafeMutableBufferPointer { result in
        guard let to = result.baseAddress else { return }
        imagine(rollout, inputs, into: to)
        umwelt_malloc_count_start()
        imagine(rollout, inputs, into: to)
        let counts = umwelt_malloc_count_stop()
        #expect(counts.allocations == 0 && counts.frees == 0, "\(path)")
      }
    }
  }

  @Test("the float path stays on one thread")
  func theFloatPathStaysOnOneThread() throws {
    let model = try WorldModel(
      path: Repository.model("sim-balance"), precision: .float, maximumRows: 8)
    #expect(Rollout(model: model, rows: 8, horizon: 1, workers: 4).workers == 1)
  }
}
