// SPDX-License-Identifier: Apache-2.0
import Kernels
import Quantities
import Testing
import WorldModel

/// Against the golden vectors of PyTorch, made by tools/train/golden.py with each board's model.
@Suite struct GoldenTests {
  static let boards = ["sim-rover", "sim-balance"]

  /// Everything the golden file has outputs for, computed by our engine.
  private func outputs(
    _ board: String, _ precision: Precision, isa: ISA
  ) throws -> [String: [Float]] {
    let golden = try Safetensors(path: Repository.golden(board))
    let model = try WorldModel(
      path: Repository.model(board), precision: Precisions(precision), maximumRows: 16, isa: isa)
    let latents = try golden.values("predictor.latents")
    let actions = try golden.values("predictor.actions").values
    let count = latents.shape[0]
    var result = ["latents": try encoded(golden, model)]
    let imu =
      golden.tensors["predictor.imu"] == nil ? [] : try golden.values("predictor.imu").values
    result["predicted"] = predicted(model, latents.values, actions, imu, rows: count)
    let width = model.info.latent
    let history = model.info.predictor.history
    var newest: [Float] = []
    for row in 1...count {
      let end = row * history * width
      newest += latents.values[end - width..<end]
    }
    var embedded = [Float](repeating: .nan, count: count * model.embeddingWidth)
    model.embed(rows: count, latents: newest, into: &embedded)
    result["embedded"] = model.info.head == nil ? nil : embedded
    return result
  }

  private func encoded(_ golden: Safetensors, _ model: WorldModel) throws -> [Float] {
    var latent = [Float](repeating: .nan, count: model.info.latent)
    var result: [Float] = []
    if let tensor = golden.tensors["frames"] {
      let frames = Array(golden.bytes(of: tensor))
      let size = frames.count / tensor.shape[0]
      for index in 0..<tensor.shape[0] {
        model.encode(frame: Array(frames[index * size..<(index + 1) * size]), into: &latent)
        result += latent
      }
    } else {
      let windows = try golden.values("windows")
      let size = windows.shape[1]
      for index in 0..<windows.shape[0] {
        let window = Array(windows.values[index * size..<(index + 1) * size])
        model.encode(window: window, into: &latent)
        result += latent
      }
    }
    return result
  }

  /// Row by row: the golden rows differ in their IMU features and flags.
  private func predicted(
    _ model: WorldModel, _ latents: [Float], _ actions: [Float], _ imu: [Float], rows: Int
  ) -> [Float] {
    var next = [Float](repeating: .nan, count: model.info.latent)
    var result: [Float] = []
    for row in 0..<rows {
      func part(_ values: [Float]) -> [Float] {
        let size = values.count / rows
        return Array(values[row * size..<(row + 1) * size])
      }
      let features = part(imu)
      if features.last == 1 {
        model.predict(
          rows: 1, latents: part(latents), actions: part(actions), imu: features, into: &next)
      } else {
        model.predict(
          rows: 1, latents: part(latents), actions: part(actions), imu: nil, into: &next)
      }
      result += next
    }
    return result
  }

  private func cosine(_ a: [Float], _ b: [Float]) -> Double {
    func dot(_ x: [Float], _ y: [Float]) -> Double {
      var sum = 0.0
      for (left, right) in zip(x, y) { sum += Double(left) * Double(right) }
      return sum
    }
    return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
  }

  /// The least cosine of any one vector: an average would hide a bad row.
  private func leastCosine(_ a: [Float], _ b: [Float], width: Int) -> Double {
    #expect(a.count == b.count && !a.isEmpty)
    return stride(from: 0, to: a.count, by: width).map {
      cosine(Array(a[$0..<$0 + width]), Array(b[$0..<$0 + width]))
    }.min() ?? 0
  }

  @Test("int8 agrees with PyTorch's int8", arguments: boards)
  func int8AgreesWithPyTorchsInt8(board: String) throws {
    let golden = try Safetensors(path: Repository.golden(board))
    for (name, ours) in try outputs(board, .int8, isa: ISA.best) {
      let theirs = try golden.values("int8.\(name)")
      #expect(leastCosine(ours, theirs.values, width: theirs.shape[1]) >= 0.9999, "\(name)")
      let worst = zip(ours, theirs.values).map { abs($0 - $1) }.max() ?? .infinity
      let size = theirs.values.map(abs).max() ?? 0
      // Another summation order turns a few halves: single steps of 1/127 in single inputs.
      #expect(worst <= 0.015 * size, "\(name) differs by \(worst) of \(size)")
    }
  }

  @Test("the float path agrees with PyTorch's fp32", arguments: boards)
  func theFloatPathAgreesWithPyTorchsFp32(board: String) throws {
    let golden = try Safetensors(path: Repository.golden(board))
    for (name, ours) in try outputs(board, .float, isa: ISA.best) {
      let theirs = try golden.values("fp32.\(name)")
      #expect(leastCosine(ours, theirs.values, width: theirs.shape[1]) >= 0.99999, "\(name)")
    }
  }

  @Test("int8 stays close to fp32", arguments: boards)
  func int8StaysCloseToFp32(board: String) throws {
    let golden = try Safetensors(path: Repository.golden(board))
    for (name, ours) in try outputs(board, .int8, isa: ISA.best) {
      let theirs = try golden.values("fp32.\(name)")
      #expect(leastCosine(ours, theirs.values, width: theirs.shape[1]) >= 0.999, "\(name)")
    }
  }

  @Test("every instruction set computes the same int8 bits", arguments: boards)
  func everyInstructionSetComputesTheSameInt8Bits(board: String) throws {
    let reference = try outputs(board, .int8, isa: .reference)
    for isa in ISA.allCases where isa.isSupported {
      let ours = try outputs(board, .int8, isa: isa)
      for (name, values) in reference {
        #expect(ours[name]?.map(\.bitPattern) == values.map(\.bitPattern), "\(name) on \(isa)")
      }
    }
  }
}
