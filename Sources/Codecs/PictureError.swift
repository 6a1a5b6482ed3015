// SPDX-License-Identifier: Apache-2.0

/// Why a picture cannot be read or written.
public struct PictureError: Error, Equatable, CustomStringConvertible {
  /// What went wrong; `detail` is the decoder's own words, or empty.
  public enum Reason: Error, Equatable {
    /// The file itself cannot be had.
    case file(FileError.Reason)
    /// The first bytes are none of our formats'.
    case unknownFormat
    /// Cut off, damaged, or a kind that the decoder does not know.
    case damaged(PictureFormat, detail: String)
    /// More pixels than the caller allows; nothing was decoded.
    case tooLarge(PictureFormat, maxPixels: Int, detail: String)
    /// The pixels do not fit into memory.
    case noMemory
    /// The encoder or the file system refused.
    case notWritten(detail: String)
  }

  /// The file, or the name that the caller gave the bytes.
  public var path: String
  /// What went wrong.
  public var reason: Reason

  /// An error with its place.
  public init(path: String, reason: Reason) { (self.path, self.reason) = (path, reason) }

  /// The file, what is wrong, and what to do.
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
