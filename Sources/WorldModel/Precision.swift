// SPDX-License-Identifier: Apache-2.0

/// Which numbers inference uses.
public enum Precision: String, Sendable, CaseIterable {
  /// The robot's: int8 weights, rows quantised as they come.
  case int8
  /// The reference: floats, with the file's remainders where it has them.
  case float
}

/// Which numbers each part of a model uses.
public struct Precisions: Equatable, Sendable {
  /// What makes latents.
  public var encoder: Precision
  /// What planning runs over and over: the predictor, and the goal distance head behind it.
  public var predictor: Precision

  /// Each part by itself.
  public init(encoder: Precision, predictor: Precision) {
    (self.encoder, self.predictor) = (encoder, predictor)
  }

  /// All parts alike.
  public init(_ all: Precision) { self.init(encoder: all, predictor: all) }

  /// The robot's.
  public static let int8 = Precisions(.int8)
  /// The reference.
  public static let float = Precisions(.float)
}

extension Precisions: CustomStringConvertible {
  public var description: String {
    encoder == predictor
      ? encoder.rawValue : "encoder \(encoder.rawValue), predictor \(predictor.rawValue)"
  }
}
