// SPDX-License-Identifier: Apache-2.0

/// A way to store pictures.
public enum PictureFormat: String, Sendable, CustomStringConvertible {
  /// Portable Network Graphics.
  case png = "PNG"
  /// Baseline or progressive JPEG.
  case jpeg = "JPEG"
  /// Binary portable pixmap (P6).
  case ppm = "PPM"

  /// The usual short name.
  public var description: String { rawValue }

  /// By a file's first bytes; nil when they are none of ours.
  public init?(magic bytes: [UInt8]) {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if bytes.starts(with: [UInt8(ascii: "P"), UInt8(ascii: "6")]) {
      self = .ppm
    } else {
      return nil
    }
  }
}
