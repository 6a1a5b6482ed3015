// SPDX-License-Identifier: Apache-2.0

/// A colour picture in memory.
///
/// Shape: `rgb` is height x width x 3, rows top down, without padding. Units: 8-bit sRGB.
public struct Picture: Hashable, Sendable {
  /// Pixels from left to right.
  public let width: Int
  /// Pixels from top to bottom.
  public let height: Int
  /// The pixels' red, green and blue.
  public let rgb: [UInt8]

  /// The most pixels a picture from a file may have unless the caller says otherwise: 4096 x 4096,
  /// 48 MiB, more than a small board's camera gives and less than its memory.
  public static let defaultMaxPixels = 1 << 24

  /// A picture of these pixels.
  ///
  /// Precondition: sides are positive and `rgb` has width x height x 3 values.
  public init(width: Int, height: Int, rgb: [UInt8]) {
    precondition(width > 0 && height > 0, "a picture of \(width) x \(height)")
    precondition(rgb.count == width * height * 3, "\(rgb.count) values for \(width) x \(height)")
    (self.width, self.height, self.rgb) = (width, height, rgb)
  }
}
