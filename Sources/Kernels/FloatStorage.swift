// SPDX-License-Identifier: Apache-2.0

/// A zeroed, 64-byte aligned block of floats that lives as long as the object.
public final class FloatStorage {
  /// The first of `count` floats.
  public let pointer: UnsafeMutablePointer<Float>
  /// Number of floats; up to a whole step of 16 more are readable zeros.
  public let count: Int
  /// Bytes of the block.
  public var bytes: Int { block.byteCount }
  private let block: Block

  /// Storage for `count` zeros, in the arena where there is one.
  public init(count: Int, in arena: Arena? = nil) {
    precondition(count >= 0)
    let padded = max((count + 15) / 16 * 16, 16)
    block = Block(byteCount: padded * MemoryLayout<Float>.stride, in: arena)
    // SAFETY: the block holds `padded` floats and lives as long as this object.
    pointer = block.start.initializeMemory(as: Float.self, repeating: 0, count: padded)
    self.count = count
  }

  /// A copy of the values.
  public convenience init(_ values: [Float], in arena: Arena? = nil) {
    self.init(count: values.count, in: arena)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }
}
