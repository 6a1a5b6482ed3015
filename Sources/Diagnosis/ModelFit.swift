// SPDX-License-Identifier: Apache-2.0

/// Whether the board's world model can think in time on this computer.
public enum ModelFit: Equatable, Sendable {
  /// There is no such file.
  case missing(path: String)
  /// It does not load.
  case broken(path: String, why: String)
  /// One plan takes this long, measured here; `engine` names the instruction set.
  case measured(planMs: Double, engine: String, modelBytes: Int)
}
