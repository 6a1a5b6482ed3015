// SPDX-License-Identifier: Apache-2.0
import WorldModel

/// What of a model is int8 while the rest stays float.
enum ComparedPart: String, CaseIterable {
  case encoder
  /// With the goal distance head behind it.
  case predictor
  /// What drives.
  case both

  var precision: Precisions {
    Precisions(
      encoder: self == .predictor ? .float : .int8, predictor: self == .encoder ? .float : .int8)
  }
}

/// One number that decides whether int8 is good enough.
struct CompareGate: Equatable {
  let part: ComparedPart
  let name: String
  let value: Double
  let least: Double

  var isPassed: Bool { value >= least }

  /// Means over all plans; what float computes in a part is the same and needs no gate.
  ///
  /// Source of the limits: the issue "The engine".
  static func all(_ comparisons: [ComparedPart: PrecisionComparison]) -> [CompareGate] {
    ComparedPart.allCases.flatMap { part -> [CompareGate] in
      guard let comparison = comparisons[part] else { return [] }
      let seen = CompareGate(
        part: part, name: "latent cosine", value: mean(comparison.cosines), least: 0.9995)
      let imagined = CompareGate(
        part: part, name: "imagined cosine", value: mean(comparison.imaginedCosines),
        least: 0.9995)
      let ranking = CompareGate(
        part: part, name: "Spearman", value: mean(comparison.whole.spearman), least: 0.998)
      return part == .predictor ? [imagined, ranking] : [seen, imagined, ranking]
    }
  }
}
