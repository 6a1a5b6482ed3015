// SPDX-License-Identifier: Apache-2.0
import Kernels
import Testing
import WorldModel

/// The tiny LeWorldModel of tools/export --random --tiny, and the reference's vectors for it.
struct LeWorldModelFixture {
  static let path = Repository.fixture("lewm-tiny")
  let golden: Safetensors
  let model: WorldModel
  /// Rows of the golden predictor inputs.
  let rows: Int

  var info: ModelInfo { model.info }
  var history: Int { info.predictor.history }

  init(_ precision: Precisions, isa: ISA = .best, blocks: Int = 64) throws {
    golden = try Safetensors(path: Repository.fixture("lewm-tiny-golden"))
    model = try WorldModel(
      path: Self.path, precision: precision, maximumRows: blocks, isa: isa)
    rows = golden.tensors["predictor.latents"]?.shape.first ?? 0
  }

  /// What the probe sees while `work` runs, stage by stage.
  func stages(_ work: () -> Void) -> [String: [Float]] {
    final class Seen { var values: [String: [Float]] = [:] }
    let seen = Seen()
    model.setProbe { name, values, count in
      seen.values[name, default: []] += UnsafeBufferPointer(start: values, count: count)
    }
    work()
    model.setProbe(nil)
    return seen.values
  }

  /// The latents of all golden frames.
  func encoded() throws -> [Float] {
    let tensor = try #require(golden.tensors["frames"])
    let frames = Array(golden.bytes(of: tensor))
    let size = frames.count / tensor.shape[0]
    var latent = [Float](repeating: .nan, count: info.latent)
    var result: [Float] = []
    for start in stride(from: 0, to: frames.count, by: size) {
      model.encode(frame: Array(frames[start..<start + size]), into: &latent)
      result += latent
    }
    return result
  }

  /// The first `known` latents and actions of each golden row to the next latent.
  func predicted(known: Int) throws -> [Float] {
    func prefix(_ name: String) throws -> [Float] {
      let (values, shape) = try golden.values(name)
      return Self.rows(values, count: rows) { $0[..<(known * shape[2])] }
    }
    let (latents, actions) = try (prefix("predictor.latents"), prefix("predictor.actions"))
    var next = [Float](repeating: .nan, count: rows * info.latent)
    model.predict(
      rows: rows, known: known, latents: latents, actions: actions, imu: nil, into: &next)
    return next
  }

  /// The reference's values of token `known` - 1, where it has all tokens of each row.
  func reference(_ name: String, known: Int) throws -> [Float] {
    let (values, shape) = try golden.values("fp32.\(name)")
    let width = shape[2]
    return Self.rows(values, count: rows) { $0[((known - 1) * width)..<(known * width)] }
  }

  private static func rows(
    _ values: [Float], count: Int, _ part: ([Float]) -> ArraySlice<Float>
  ) -> [Float] {
    let size = values.count / count
    return (0..<count).flatMap { part(Array(values[$0 * size..<($0 + 1) * size])) }
  }

  /// A rollout of `name`.candidates, or of one iteration of them. Shape: [rows, horizon, latent],
  /// and the squared distance of the last latents.
  func rolled(
    _ name: String, known: Int, iteration: Int = 0
  ) throws -> (latents: [Float], costs: [Float]) {
    let (all, shape) = try golden.values("\(name).candidates")
    let (count, horizon) = (shape[shape.count - 3], shape[shape.count - 2])
    let size = count * horizon * info.action.width
    let candidates = Array(all[iteration * size..<(iteration + 1) * size])
    let history = try golden.values("\(name).history").values
    let past = known == 1 ? [0] : try golden.values("\(name).past").values
    let goal = try golden.values("\(name).goal").values
    var distances = [Float](repeating: .nan, count: count * horizon)
    var latents = [Float](repeating: .nan, count: count * horizon * info.latent)
    Rollout(model: model, rows: count, horizon: horizon).distances(
      rows: count, horizon: horizon, known: known, history: history, pastActions: past, imu: nil,
      candidates: candidates, goalEmbedding: goal, into: &distances, latents: &latents)
    let ends = (0..<count).map { distances[($0 + 1) * horizon - 1] }
    return (latents, ends.map { $0 * $0 })
  }
}

/// Largest difference of two lists as long as each other.
func largestError(_ ours: [Float], _ theirs: [Float]) -> Float {
  #expect(ours.count == theirs.count && !ours.isEmpty)
  return zip(ours, theirs).map { ($0 - $1).isFinite ? abs($0 - $1) : .infinity }.max() ?? .infinity
}
