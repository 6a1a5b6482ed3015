// SPDX-License-Identifier: Apache-2.0
import CCodecs

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension Picture {
  /// No compressed or plain picture of a size we take is larger than this. Units: bytes.
  private static let fileLimit = 256 << 20

  /// Reads a PNG, JPEG or PPM (P6) file, told by its first bytes.
  ///
  /// Throws: the path, what is wrong and what to do.
  public init(
    contentsOf path: String, maxPixels: Int = Picture.defaultMaxPixels
  ) throws(PictureError) {
    let bytes: [UInt8]
    do {
      bytes = try FileBytes.read(path, limit: Self.fileLimit)
    } catch {
      throw PictureError(path: path, reason: .file(error.reason))
    }
    try self.init(decoding: bytes, name: path, maxPixels: maxPixels)
  }

  /// Decodes a PNG, JPEG or PPM (P6) that is already in memory, such as a camera's MJPEG frame.
  ///
  /// - Parameter name: what the bytes are called in an error.
  /// Throws: `name`, what is wrong and what to do.
  public init(
    decoding bytes: [UInt8], name: String, maxPixels: Int = Picture.defaultMaxPixels
  ) throws(PictureError) {
    precondition(maxPixels > 0, "no pixels allowed")
    switch PictureFormat(magic: bytes) {
    case .png:
      self = try Self.decode(.png, bytes, name: name, maxPixels, umwelt_decode_png)
    case .jpeg:
      self = try Self.decode(.jpeg, bytes, name: name, maxPixels, umwelt_decode_jpeg)
    case .ppm:
      do {
        self = try decodePPM(bytes, maxPixels: maxPixels)
      } catch {
        throw PictureError(path: name, reason: error)
      }
    case nil:
      throw PictureError(path: name, reason: .unknownFormat)
    }
  }

  /// Writes an 8-bit RGB PNG, over what was there, whole or not at all. Only ever over a file:
  /// libpng removes what it could not write, a device too.
  ///
  /// Throws: the path and the encoder's reason.
  public func write(png path: String) throws(PictureError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw PictureError(path: path, reason: .notWritten(detail: "not a regular file"))
    }
    var message = [CChar](repeating: 0, count: Self.messageSize)
    let partial = "\(path).\(getpid()).partial"
    let code = umwelt_encode_png(
      partial, rgb, Int32(width), Int32(height), &message, message.count)
    if code != 0 { throw PictureError(path: path, reason: .notWritten(detail: text(message))) }
    guard rename(partial, path) == 0 else {
      let error = errno
      unlink(partial)
      throw PictureError(path: path, reason: .notWritten(detail: systemText(error)))
    }
  }

  /// Longer than any message of libjpeg's (200) or libpng's (64).
  private static let messageSize = 256

  private typealias Decoder = (
    UnsafePointer<UInt8>?, Int, Int, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?,
    UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<CChar>?, Int
  ) -> Int32

  private static func decode(
    _ format: PictureFormat, _ bytes: [UInt8], name: String, _ maxPixels: Int, _ decoder: Decoder
  ) throws(PictureError) -> Picture {
    var pixels: UnsafeMutablePointer<UInt8>?
    var width: Int32 = 0
    var height: Int32 = 0
    var message = [CChar](repeating: 0, count: messageSize)
    let code = decoder(
      bytes, bytes.count, maxPixels, &pixels, &width, &height, &message, message.count)
    defer { umwelt_free(pixels) }
    switch Int(code) {
    case 0:
      let count = Int(width) * Int(height) * 3
      // SAFETY: on success `pixels` has width x height x 3 bytes until umwelt_free; copied here.
      let rgb = [UInt8](UnsafeBufferPointer(start: pixels, count: count))
      return Picture(width: Int(width), height: Int(height), rgb: rgb)
    case Int(UMWELT_CODEC_TOO_LARGE):
      throw PictureError(
        path: name, reason: .tooLarge(format, maxPixels: maxPixels, detail: text(message)))
    case Int(UMWELT_CODEC_MEMORY):
      throw PictureError(path: name, reason: .noMemory)
    default:
      throw PictureError(path: name, reason: .damaged(format, detail: text(message)))
    }
  }
}

/// A NUL-terminated C text.
private func text(_ message: [CChar]) -> String {
  String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
