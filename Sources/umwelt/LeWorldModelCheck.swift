// SPDX-License-Identifier: Apache-2.0
import WorldModel

/// What a LeWorldModel computes against the reference's golden vectors, stage by stage, and how
/// well int8 ranks what a planner proposes.
struct LeWorldModelCheck: ModelCheck {
  /// One stage in both precisions against the reference's fp32.
  struct Stage {
    let name: String
    /// Of float; nil where the file holds no floats.
    let floatError: Double?
    /// What of that is allowed.
    let allowedError: Double
    /// Of int8: the cosines of all vectors.
    let cosines: [Double]
    /// What is asked of their mean; nil where it is told but not judged.
    let leastMeanCosine: Double?

    var isFine: Bool {
      (floatError.map { $0 <= allowedError } ?? true) && mean(cosines) >= (leastMeanCosine ?? -1)
    }
  }

  /// The proposals of one planner: `known` latents of past, all iterations together or one.
  struct Proposals {
    let known: Int
    let iteration: Int?
    let spearman, eliteOverlap: Double
    let isSameBest, isBestAmongElites: Bool
    /// What is asked for; nil where it is told but not judged.
    let leastSpearman: Double?

    /// Judged by rank and by whether the planner would still have picked one of float's elites.
    var isFine: Bool {
      guard let leastSpearman else { return true }
      return spearman >= leastSpearman && isBestAmongElites
    }
  }

  /// Of int8 on means, as `model compare` judges.
  ///
  /// Source: the issue "The engine".
  enum Limit {
    static let floatError = 2e-4
    static let cosine = 0.9995
    static let spearman = 0.998
  }

  let cases: Int
  let stages: [Stage]
  let proposals: [Proposals]

  var isFine: Bool { stages.allSatisfy(\.isFine) && proposals.allSatisfy(\.isFine) }

  /// Runs every golden input through both precisions; the int8 one has its encoder in `encoder`.
  init(
    model path: String, golden file: Safetensors, encoder: Precision
  ) throws(ModelError) {
    let int8 = try WorldModel(
      path: path, precision: Precisions(encoder: encoder, predictor: .int8),
      maximumRows: Self.maximumRows)
    let float = try WorldModel(path: path, precision: .float, maximumRows: Self.maximumRows)
    let golden = try LeWorldModelGolden(file, info: int8.info)
    cases = golden.cases
    let hasFloats = try Safetensors(path: path).tensors["encoder.patch.weight"]?.type == .f32
    let coarse = try golden.stages(of: int8)
    let exact = try golden.stages(of: float)
    stages = zip(exact, coarse).map { Stage($0, $1, hasFloats: hasFloats) }
    var proposals: [Proposals] = []
    for known in golden.pasts {
      let all = try golden.proposals(known: known, of: int8)
      proposals += all.enumerated().map {
        Proposals(known: known, iteration: $0, $1, elites: golden.elites)
      }
      let whole = PrecisionComparison.Costs(
        int8: all.flatMap(\.int8), float: all.flatMap(\.float))
      proposals.append(Proposals(known: known, iteration: nil, whole, elites: golden.elites))
    }
    self.proposals = proposals
  }

  /// Candidates that the planners of LeWorldModel's paper propose at once; goldens have no more.
  private static let maximumRows = 300
}

extension LeWorldModelCheck.Stage {
  init(
    _ exact: LeWorldModelGolden.Stage, _ coarse: LeWorldModelGolden.Stage, hasFloats: Bool
  ) {
    typealias Limit = LeWorldModelCheck.Limit
    name = exact.name
    let largest =
      zip(exact.ours, exact.theirs).map { abs(Double($0) - Double($1)) }
      .map { $0.isFinite ? $0 : .infinity }.max() ?? 0
    floatError = hasFloats ? largest : nil
    // A cost is a sum of squares: an error e of its latents moves it by up to 2 e ||z - goal||_1.
    let isCost = name.hasSuffix("costs")
    let size = isCost ? Double(exact.theirs.map(abs).max() ?? 1) : 1
    allowedError = Limit.floatError * size
    cosines =
      stride(from: 0, to: coarse.ours.count, by: coarse.width).map {
        cosine(
          coarse.ours[$0..<$0 + coarse.width], coarse.theirs[$0..<$0 + coarse.width])
      }
    leastMeanCosine = ["latents", "predicted"].contains(name) ? Limit.cosine : nil
  }
}

extension LeWorldModelCheck.Proposals {
  init(
    known: Int, iteration: Int?, _ costs: PrecisionComparison.Costs, elites: Int
  ) {
    (self.known, self.iteration) = (known, iteration)
    var tally = PrecisionComparison.Tally()
    tally.add(costs, elites: elites)
    spearman = mean(tally.spearman)
    eliteOverlap = mean(tally.eliteOverlap)
    isSameBest = tally.bestAgreements == 1
    isBestAmongElites =
      order(costs.int8).first.map {
        order(costs.float).prefix(elites).contains($0)
      } ?? false
    leastSpearman = iteration == nil ? LeWorldModelCheck.Limit.spearman : nil
  }
}
