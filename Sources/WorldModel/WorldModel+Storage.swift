// SPDX-License-Identifier: Apache-2.0
import Kernels

extension WorldModel {
  /// Bytes of the one block that holds all that was made at load: packed weights and room for every
  /// intermediate result.
  ///
  /// Nothing else is allocated while it runs. Depends on precision, instruction set and rows.
  public var arenaBytes: Int { arena?.byteCount ?? 0 }

  /// The same, summed over the parts.
  public var storageBytes: Int { encoder.storageBytes + predictor.storageBytes + headStorageBytes }

  private var headStorageBytes: Int { head?.storageBytes ?? 0 }
}

extension WorldModel.Encoder {
  fileprivate var storageBytes: Int {
    switch self {
    case .patches(let encoder): encoder.storageBytes
    case .vision(let encoder): encoder.storageBytes
    case .window(let encoder): encoder.storageBytes
    }
  }
}

extension WorldModel.Predictor {
  fileprivate var storageBytes: Int {
    switch self {
    case .residual(let predictor): predictor.storageBytes
    case .conditional(let predictor): predictor.storageBytes
    }
  }
}

extension Sequence<FloatStorage> {
  /// Bytes of all of them.
  var storageBytes: Int { reduce(0) { $0 + $1.bytes } }
}

extension Sequence<PackedLinear> {
  /// Bytes of all of them.
  var storageBytes: Int { reduce(0) { $0 + $1.storageBytes } }
}
