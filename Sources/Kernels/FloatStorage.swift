// SPDX-License-Identifier: Apache-2.0

/// A zeroed, 64-byte aligned block of floats that lives as long as the object.
public final class FloatStorage {
  /// The first of `count` floats.
  public let pointer: UnsafeMutablePointer<Float>
  /// Number of floats; up to a whole step of 16 more are readable zeros.
  public let count: Int
  /// Bytes of the block.
  public var bytes: Int { max((count + 15) / 16 * 16, 16) * MemoryLayout<Float>.stride }
  private let raw: UnsafeMutableRawPointer

  /// Storage for `count` zeros.
  public init(count: Int) {
    precondition(count >= 0)
    let padded = (count + 15) / 16 * 16
    raw = .allocate(byteCount: max(padded, 16) * MemoryLayout<Float>.stride, alignment: 64)
    pointer = raw.initializeMemory(as: Float.self, repeating: 0, count: max(padded, 16))
    self.count = count
  }

  /// A copy of the values.
  public convenience init(_ values: [Float]) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  deinit { raw.deallocate() }
}
