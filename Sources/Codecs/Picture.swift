// SPDX-License-Identifier: Apache-2.0

/// A colour picture in memory.
///
/// Shape: `rgb` is height x width x 3, rows top down, without padding. Units: 8-bit sRGB.
public struct Picture: Hashable, Sendable {
  public let width: Int
  public let height: Int
  public let rgb: [UInt8]

  /// The most pixels a picture from a file may have unless the caller says otherwise: 4096 x 4096, 48
  /// MiB, more than a small board's camera gives and less than its memory.
  public static let defaultMaxPixels = 1 << 24

  /// Precondition: sides are positive and `rgb` has width x height x 3 values.
  public init(width: Int, height: Int, rgb: [UInt8]) {
    precondition(width > 0 && height > 0, "a picture of \(width) x \(height)")
    precondition(rgb.count == width * height * 3, "\(rgb.count) values for \(width) x \(height)")
    (self.width, self.height, self.rgb) = (width, height, rgb)
  }
}

/// A way to store pictures.
public enum PictureFormat: String, Sendable, CustomStringConvertible {
  case png = "PNG"
  case jpeg = "JPEG"
  case ppm = "PPM"

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

/// Why a picture cannot be read or written.
public struct PictureError: Error, Equatable, CustomStringConvertible {
  /// What went wrong; `detail` is the decoder's own words, or empty.
  public enum Reason: Error, Equatable {
    case file(FileError.Reason)
    case unknownFormat
    case damaged(PictureFormat, detail: String)
    case tooLarge(PictureFormat, maxPixels: Int, detail: String)
    case noMemory
    case notWritten(detail: String)
  }

  public var path: String
  public var reason: Reason

  public init(path: String, reason: Reason) { (self.path, self.reason) = (path, reason) }

  public var description: String {
    switch reason {
    case .file(let reason):
      return FileError(path: path, reason: reason).description
    case .unknownFormat:
      return "\(path): is no PNG, JPEG or PPM (P6) picture. Convert it to PNG."
    case .damaged(let format, let detail):
      return "\(path): the \(format) data is damaged, cut off or of an unsupported kind"
        + "\(inBrackets(detail)). Make or copy the picture again; 8-bit RGB works."
    case .tooLarge(_, let maxPixels, let detail):
      return "\(path): has more than \(maxPixels) pixels\(inBrackets(detail)). Scale it down."
    case .noMemory:
      return "\(path): the picture does not fit into memory. Scale it down."
    case .notWritten(let detail):
      return "\(path): cannot be written\(inBrackets(detail)). Check that the folder exists, its"
        + " permissions and the free space."
    }
  }

  private func inBrackets(_ detail: String) -> String { detail.isEmpty ? "" : " (\(detail))" }
}
