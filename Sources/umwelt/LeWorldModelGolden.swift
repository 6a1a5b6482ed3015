// SPDX-License-Identifier: Apache-2.0
import Codecs
import WorldModel

/// Golden vectors of a LeWorldModel (tools/lewm/golden.py), and the same from our engine.
struct LeWorldModelGolden {
  /// One stage: ours and the reference's, value by value, in vectors of `width`.
  struct Stage {
    let name: String
    let width: Int
    let ours, theirs: [Float]
  }

  private let file: Safetensors
  private let info: ModelInfo
  private let history: Int
  /// The planner's elites, as the golden's metadata says.
  let elites: Int

  /// Whether a golden file is one of these.
  static func isOne(_ file: Safetensors) -> Bool { file.tensors["fp32.encoder.embedded"] != nil }

  init(_ file: Safetensors, info: ModelInfo) throws(ModelError) {
    guard case .vit = info.encoder, case .adaLNTransformer = info.predictor else {
      throw ModelError(
        file.path, nil, .metadata(field: "fp32.encoder", expected: "absent for this model"))
    }
    (self.file, self.info, history) = (file, info, info.predictor.history)
    elites = try Self.elites(file)
  }

  private static func elites(_ file: Safetensors) throws(ModelError) -> Int {
    let text = file.metadata["cem"] ?? ""
    guard let json = JSON(text.utf8, depthLimit: JSON.fileDepth),
      let elites = json["elites"]?.integer, elites > 0
    else { throw ModelError(file.path, nil, .metadata(field: "cem", expected: "with elites")) }
    return elites
  }

  /// Frames, rows of the predictor and candidates.
  var cases: Int {
    ["frames", "predictor.latents", "rollout1.candidates", "rollout3.candidates"].reduce(0) {
      $0 + (file.tensors[$1]?.shape.first ?? 0)
    }
  }

  /// Each stage of the encoder, the action, the predictor and the rollouts.
  func stages(of model: WorldModel) throws(ModelError) -> [Stage] {
    var stages = try encoded(model) + predicted(model)
    for known in [1, history] {
      let name = "rollout\(known)"
      guard file.tensors["\(name).candidates"] != nil else { continue }
      let (latents, costs) = try roll(name, known: known, iteration: nil, model)
      stages.append(try stage("\(name).latents", width: info.latent, latents))
      stages.append(try stage("\(name).costs", width: costs.count, costs))
    }
    return stages
  }

  /// A planner's proposals: their costs, ours and the reference's.
  func proposals(known: Int, of model: WorldModel) throws(ModelError) -> [PrecisionComparison.Costs]
  {
    let name = "cem\(known)"
    guard let shape = file.tensors["\(name).candidates"]?.shape, shape.count == 4 else { return [] }
    let theirs = try file.floats("fp32.\(name).costs", shape: Array(shape.prefix(2)))
    var result: [PrecisionComparison.Costs] = []
    for iteration in 0..<shape[0] {
      let costs = try roll(name, known: known, iteration: iteration, model).costs
      let exact = theirs[iteration * shape[1]..<(iteration + 1) * shape[1]]
      result.append(.init(int8: costs.map(Double.init), float: exact.map(Double.init)))
    }
    return result
  }

  /// Latents of past the goldens have.
  var pasts: [Int] { [1, history].filter { file.tensors["cem\($0).candidates"] != nil } }

  private func stage(
    _ name: String, width: Int, _ ours: [Float]
  ) throws(ModelError) -> Stage {
    let shape = file.tensors["fp32.\(name)"]?.shape ?? []
    let theirs = try file.floats("fp32.\(name)", shape: shape)
    guard theirs.count == ours.count else {
      throw ModelError(
        file.path, "fp32.\(name)", .wrongShape(found: shape, expected: [ours.count / width, width]))
    }
    return Stage(name: name, width: width, ours: ours, theirs: theirs)
  }
}

extension LeWorldModelGolden {
  /// What a probe saw, in the order it did; a stage's vectors one after another.
  private final class Seen {
    var names: [String] = []
    var values: [String: [[Float]]] = [:]

    func add(_ name: String, _ from: UnsafePointer<Float>, _ count: Int) {
      if values[name] == nil { names.append(name) }
      values[name, default: []].append(Array(UnsafeBufferPointer(start: from, count: count)))
    }
  }

  private func watch(_ model: WorldModel, _ work: () -> Void) -> Seen {
    let seen = Seen()
    model.setProbe { seen.add($0, $1, $2) }
    work()
    model.setProbe(nil)
    return seen
  }

  private func encoded(_ model: WorldModel) throws(ModelError) -> [Stage] {
    let count = file.tensors["frames"]?.shape.first ?? 0
    guard let frame = info.frame, case .vit(let shape) = info.encoder else { return [] }
    let tensor = try file.tensor("frames", .u8, shape: [count, frame.height, frame.width, 3])
    let bytes = Array(file.bytes(of: tensor))
    var latents: [Float] = []
    let seen = watch(model) {
      var latent = [Float](repeating: 0, count: info.latent)
      for index in 0..<count {
        let pixels = Array(bytes[index * frame.bytes..<(index + 1) * frame.bytes])
        model.encode(frame: pixels, into: &latent)
        latents += latent
      }
    }
    var stages: [Stage] = []
    for name in seen.names {
      let theirs = try file.values("fp32.\(name)", count: count)
      let parts = seen.values[name] ?? []
      // Of the last block we have only what anybody needs: the class token.
      let kept = zip(parts, theirs).map { Array($1.prefix($0.count)) }
      stages.append(
        Stage(
          name: name, width: shape.width, ours: parts.flatMap { $0 }, theirs: kept.flatMap { $0 }))
    }
    return try stages + [stage("latents", width: info.latent, latents)]
  }

  /// Windows of one token, of two, and so on: the newest of each is what the reference, which is
  /// causal, has at that place.
  private func predicted(_ model: WorldModel) throws(ModelError) -> [Stage] {
    let rows = file.tensors["predictor.latents"]?.shape.first ?? 0
    let latents = try file.floats("predictor.latents", shape: [rows, history, info.latent])
    let actions = try file.floats("predictor.actions", shape: [rows, history, info.action.width])
    var stages: [Stage] = []
    for known in 1...history {
      var next = [Float](repeating: 0, count: rows * info.latent)
      let seen = watch(model) {
        model.predict(
          rows: rows, known: known, latents: prefix(known, of: latents, rows),
          actions: prefix(known, of: actions, rows), imu: nil, into: &next)
      }
      if known == 1 {
        for name in ["action.patch", "action.embedded"] {
          let ours = (seen.values[name] ?? []).flatMap { $0 }
          stages.append(try stage(name, width: max(1, ours.count / max(1, rows)), ours))
        }
      }
      for name in seen.names where name.hasPrefix("predictor.") {
        stages.append(try newest(name, known, (seen.values[name] ?? []).flatMap { $0 }, rows))
      }
      stages.append(try newest("predicted", known, next, rows))
    }
    return merged(stages)
  }

  /// Token `known` - 1 of each row of the reference's [rows, history, width].
  private func newest(
    _ name: String, _ known: Int, _ ours: [Float], _ rows: Int
  ) throws(ModelError) -> Stage {
    let width = info.latent
    let theirs = try file.floats("fp32.\(name)", shape: [rows, history, width])
    var kept: [Float] = []
    for row in 0..<rows {
      let start = (row * history + known - 1) * width
      kept += theirs[start..<start + width]
    }
    return Stage(name: name, width: width, ours: ours, theirs: kept)
  }

  /// All windows' values of a stage in one.
  private func merged(_ stages: [Stage]) -> [Stage] {
    var names: [String] = []
    for stage in stages where !names.contains(stage.name) { names.append(stage.name) }
    return names.map { name in
      let parts = stages.filter { $0.name == name }
      return Stage(
        name: name, width: parts[0].width, ours: parts.flatMap(\.ours),
        theirs: parts.flatMap(\.theirs))
    }
  }

  /// The first `known` of `history` entries of each row.
  private func prefix(_ known: Int, of values: [Float], _ rows: Int) -> [Float] {
    let size = values.count / max(1, rows)
    let kept = size / history * known
    var result: [Float] = []
    for row in 0..<rows { result += values[row * size..<row * size + kept] }
    return result
  }

  /// Shape: latents [candidates, horizon, latent]; costs [candidates], of the last latents.
  private func roll(
    _ name: String, known: Int, iteration: Int?, _ model: WorldModel
  ) throws(ModelError) -> (latents: [Float], costs: [Float]) {
    let shape = file.tensors["\(name).candidates"]?.shape ?? []
    let all = try file.floats("\(name).candidates", shape: shape)
    guard shape.count == (iteration == nil ? 3 : 4) else {
      throw ModelError(file.path, "\(name).candidates", .wrongShape(found: shape, expected: []))
    }
    let (rows, horizon) = (shape[shape.count - 3], shape[shape.count - 2])
    let size = rows * horizon * info.action.width
    guard shape.last == info.action.width, (1...model.maximumRows).contains(rows), horizon > 0
    else {
      throw ModelError(
        file.path, "\(name).candidates",
        .wrongShape(found: shape, expected: [rows, horizon, info.action.width]))
    }
    let from = (iteration ?? 0) * size
    let candidates = Array(all[from..<from + size])
    let history = try file.floats("\(name).history", shape: [known, info.latent])
    let past =
      known == 1
      ? [0] : try file.floats("\(name).past", shape: [known - 1, info.action.width])
    let goal = try file.floats("\(name).goal", shape: [info.latent])
    var distances = [Float](repeating: 0, count: rows * horizon)
    var latents = [Float](repeating: 0, count: rows * horizon * info.latent)
    Rollout(model: model, rows: rows, horizon: horizon).distances(
      rows: rows, horizon: horizon, known: known, history: history, pastActions: past, imu: nil,
      candidates: candidates, goalEmbedding: goal, into: &distances, latents: &latents)
    let ends = (0..<rows).map { distances[($0 + 1) * horizon - 1] }
    return (latents, ends.map { $0 * $0 })
  }
}

extension Safetensors {
  /// An F32 tensor of whatever shape, cut into `count` parts.
  fileprivate func values(_ name: String, count: Int) throws(ModelError) -> [[Float]] {
    let shape = tensors[name]?.shape ?? []
    let all = try floats(name, shape: shape)
    guard count > 0, shape.first == count else {
      throw ModelError(path, name, .wrongShape(found: shape, expected: [count]))
    }
    let size = all.count / count
    return (0..<count).map { Array(all[$0 * size..<($0 + 1) * size]) }
  }
}
