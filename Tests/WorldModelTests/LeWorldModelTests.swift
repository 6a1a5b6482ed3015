// SPDX-License-Identifier: Apache-2.0
import Kernels
import Testing
import WorldModel

/// A LeWorldModel against the reference modules of stable-worldmodel in fp32. The vectors are made
/// by `tools/export --random --tiny --seed 1 --out lewm-tiny.safetensors --golden ...`.
@Suite struct LeWorldModelTests {
  /// Another order of the sums; the issue allows no more.
  static let floatError: Float = 2e-4

  @Test("every stage of the encoder is the reference's")
  func everyStageOfTheEncoderIsTheReferences() throws {
    let fixture = try LeWorldModelFixture(.float)
    var latents: [Float] = []
    var failure: (any Error)?
    let stages = fixture.stages {
      do { latents = try fixture.encoded() } catch { failure = error }
    }
    if let failure { throw failure }
    #expect(stages.keys.filter { $0.hasPrefix("encoder.block.") }.count == 2)
    for (name, ours) in stages {
      let (theirs, shape) = try fixture.golden.values("fp32.\(name)")
      // Of the last block we have the class token alone: nobody needs the others.
      let size = ours.count / shape[0]
      let kept = (0..<shape[0]).flatMap { frame in
        theirs[frame * theirs.count / shape[0]..<frame * theirs.count / shape[0] + size]
      }
      #expect(size == theirs.count / shape[0] || name == "encoder.block.1")
      #expect(largestError(ours, kept) <= Self.floatError, "\(name)")
    }
    let theirs = try fixture.golden.values("fp32.latents").values
    #expect(largestError(latents, theirs) <= Self.floatError)
  }

  @Test(
    "every stage of the predictor is the reference's at each length of the window",
    arguments: 1...3)
  func everyStageOfThePredictorIsTheReferences(known: Int) throws {
    let fixture = try LeWorldModelFixture(.float)
    var predicted: [Float] = []
    var failure: (any Error)?
    let stages = fixture.stages {
      do { predicted = try fixture.predicted(known: known) } catch { failure = error }
    }
    if let failure { throw failure }
    let names = ["predictor.block.0", "predictor.block.1", "predictor.normed"]
    for name in names {
      let ours = try #require(stages[name])
      let theirs = try fixture.reference(name, known: known)
      #expect(largestError(ours, theirs) <= Self.floatError, "\(name)")
    }
    let theirs = try fixture.reference("predicted", known: known)
    #expect(largestError(predicted, theirs) <= Self.floatError)
    // Each token's actions in turn: the golden's are those of the first.
    for name in ["action.patch", "action.embedded"] {
      let (theirs, _) = try fixture.golden.values("fp32.\(name)")
      let ours = try #require(stages[name])
      #expect(ours.count == known * theirs.count)
      #expect(largestError(Array(ours.prefix(theirs.count)), theirs) <= Self.floatError, "\(name)")
    }
  }

  @Test("a rollout from one latent or three is the reference's", arguments: [1, 3])
  func aRolloutIsTheReferences(known: Int) throws {
    let fixture = try LeWorldModelFixture(.float)
    let name = "rollout\(known)"
    let (latents, costs) = try fixture.rolled(name, known: known)
    let theirs = try fixture.golden.values("fp32.\(name).latents").values
    #expect(largestError(latents, theirs) <= Self.floatError)
    let exact = try fixture.golden.values("fp32.\(name).costs").values
    for (ours, theirs) in zip(costs, exact) { #expect(abs(ours - theirs) <= 1e-4 * theirs) }
  }

  /// Quantisation errors of a row's features are independent and average out in the sums over them:
  /// 32 features leave sqrt(192 / 32) = 2.4 times the angle that a full-size model's 192 leave. The
  /// limits of the full size (cosine .9995, Spearman .998) are for `umwelt model verify`.
  @Test("int8 sees, imagines and ranks nearly as the reference does")
  func int8SeesImaginesAndRanksNearlyAsTheReferenceDoes() throws {
    let fixture = try LeWorldModelFixture(.int8)
    let width = fixture.info.latent
    let seen = try fixture.golden.values("fp32.latents").values
    #expect(leastCosine(try fixture.encoded(), seen, width: width) >= 0.997)
    for known in 1...3 {
      let theirs = try fixture.reference("predicted", known: known)
      #expect(leastCosine(try fixture.predicted(known: known), theirs, width: width) >= 0.999)
    }
    for known in [1, 3] {
      let (exact, shape) = try fixture.golden.values("fp32.cem\(known).costs")
      var costs: [Float] = []
      for iteration in 0..<shape[0] {
        costs += try fixture.rolled("cem\(known)", known: known, iteration: iteration).costs
        let rows = iteration * shape[1]..<(iteration + 1) * shape[1]
        #expect(best(Array(costs[rows])) == best(Array(exact[rows])), "the best candidate")
      }
      #expect(rankCorrelation(costs, exact) >= 0.995)
    }
  }

  /// The first token's value and output layers are one product, rounded once instead of twice, so
  /// its error is bounded by that of the tokens that attend: these round values and outputs, and
  /// no window of three is nearer to the reference than a window of one may be far.
  @Test("a token alone loses no more to int8 than tokens that attend", arguments: ISA.allCases)
  func aTokenAloneLosesNoMoreToInt8(isa: ISA) throws {
    guard isa.isSupported else { return }
    let fixture = try LeWorldModelFixture(.int8, isa: isa)
    let errors = try (1...3).map { known in
      let theirs = try fixture.reference("predicted", known: known)
      let squares = zip(try fixture.predicted(known: known), theirs).map { ($0 - $1) * ($0 - $1) }
      return (squares.reduce(0, +) / Float(squares.count)).squareRoot()
    }
    #expect(errors[0] > 0 && errors[0] <= 1.25 * max(errors[1], errors[2]), "\(errors)")
  }

  @Test("every instruction set computes the same int8 bits")
  func everyInstructionSetComputesTheSameInt8Bits() throws {
    func outputs(_ isa: ISA) throws -> [UInt32] {
      let fixture = try LeWorldModelFixture(.int8, isa: isa)
      let imagined = try fixture.rolled("rollout3", known: 3).latents
      return (try fixture.encoded() + imagined).map(\.bitPattern)
    }
    let reference = try outputs(.reference)
    for isa in ISA.allCases where isa.isSupported {
      #expect(try outputs(isa) == reference, "\(isa)")
    }
  }

  private func best(_ costs: [Float]) -> Int? { costs.indices.min { costs[$0] < costs[$1] } }

  private func leastCosine(_ a: [Float], _ b: [Float], width: Int) -> Float {
    #expect(a.count == b.count && !a.isEmpty)
    return stride(from: 0, to: a.count, by: width).map { start in
      var (ab, aa, bb): (Float, Float, Float) = (0, 0, 0)
      for index in start..<start + width {
        ab += a[index] * b[index]
        aa += a[index] * a[index]
        bb += b[index] * b[index]
      }
      return ab / (aa * bb).squareRoot()
    }.min() ?? -1
  }

  /// Spearman's; no two costs are the same.
  private func rankCorrelation(_ a: [Float], _ b: [Float]) -> Double {
    func ranks(_ values: [Float]) -> [Double] {
      var result = [Double](repeating: 0, count: values.count)
      for (rank, place) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
        result[place] = Double(rank)
      }
      return result
    }
    let n = Double(a.count)
    let distance = zip(ranks(a), ranks(b)).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return 1 - 6 * distance / (n * (n * n - 1))
  }
}
