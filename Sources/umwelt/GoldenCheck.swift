// SPDX-License-Identifier: Apache-2.0
import WorldModel

/// What a model computes against the golden vectors of its training (tools/train/golden.py).
struct GoldenCheck: ModelCheck {
  /// One output of the engine against the same of PyTorch.
  struct Row {
    /// What is compared, such as "int8 latents".
    let name: String
    /// The least cosine of any one vector: an average would hide a bad one.
    let leastCosine: Double
    let largestError: Double
    /// Largest magnitude in the golden output.
    let scale: Double
    let tolerance: Tolerance

    var isFine: Bool {
      leastCosine >= tolerance.cosine && largestError <= tolerance.error * scale
    }
  }

  /// What is allowed; the error is a fraction of the golden output's largest magnitude.
  struct Tolerance {
    let cosine, error: Double

    /// The same arithmetic in another order: a few halves round the other way.
    static let int8 = Tolerance(cosine: 0.9999, error: 0.015)
    static let float = Tolerance(cosine: 0.99999, error: 0.001)
    /// What quantisation itself may cost.
    static let quantisation = Tolerance(cosine: 0.999, error: 0.1)
  }

  let rows: [Row]
  let cases: Int

  var isFine: Bool { rows.allSatisfy(\.isFine) }

  /// Runs every golden input through both precisions.
  init(model path: String, golden: Safetensors) throws(ModelError) {
    let int8 = try WorldModel(path: path, precision: .int8, maximumRows: 1)
    let float = try WorldModel(path: path, precision: .float, maximumRows: 1)
    let inputs = try GoldenInputs(golden, info: int8.info)
    cases = inputs.count
    var rows: [Row] = []
    let coarse = inputs.outputs(of: int8)
    for (ours, theirs, tolerance, outputs) in [
      ("int8", "int8", Tolerance.int8, coarse),
      ("float", "fp32", .float, inputs.outputs(of: float)),
      ("int8 to float", "fp32", .quantisation, coarse)
    ] {
      for output in outputs {
        let values = try golden.floats(
          "\(theirs).\(output.name)", shape: [inputs.count, output.width])
        rows.append(
          Row("\(ours) \(output.name)", output.values, values, width: output.width, tolerance))
      }
    }
    self.rows = rows
  }
}

extension GoldenCheck.Row {
  /// Compares vector by vector; a value that is not finite is infinitely wrong.
  init(
    _ name: String, _ ours: [Float], _ theirs: [Float], width: Int,
    _ tolerance: GoldenCheck.Tolerance
  ) {
    (self.name, self.tolerance) = (name, tolerance)
    leastCosine =
      stride(from: 0, to: theirs.count, by: width).map {
        cosine(ours[$0..<$0 + width], theirs[$0..<$0 + width])
      }.min() ?? 1
    largestError =
      zip(ours, theirs).map { abs(Double($0) - Double($1)) }
      .map { $0.isFinite ? $0 : .infinity }.max() ?? 0
    scale = Double(theirs.map(abs).max() ?? 0)
  }
}

/// Cosine of the angle between two vectors; 1 of two zeros, -1 where something is not finite.
func cosine(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Double {
  var (ab, aa, bb) = (0.0, 0.0, 0.0)
  for (x, y) in zip(a, b) {
    ab += Double(x) * Double(y)
    aa += Double(x) * Double(x)
    bb += Double(y) * Double(y)
  }
  guard ab.isFinite, aa.isFinite, bb.isFinite else { return -1 }
  if aa == 0, bb == 0 { return 1 }
  return aa == 0 || bb == 0 ? 0 : ab / (aa * bb).squareRoot()
}
