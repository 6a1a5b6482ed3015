// SPDX-License-Identifier: Apache-2.0
import CCodecs
import Codecs

/// A picture as a goal, and as the frame of a camera that speaks JPEG.
enum PictureProbe {
  private static let maxPixels = 1 << 20

  static func accepts(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if bytes.starts(with: [0xFF, 0xD8]) { decodeFrame(bytes) }
    do throws(PictureError) {
      let picture = try Picture(decoding: Array(bytes), name: "goal", maxPixels: maxPixels)
      precondition(picture.resized(width: 8, height: 8).rgb.count == 8 * 8 * 3)
      return true
    } catch {
      precondition(!error.description.isEmpty)
      return false
    }
  }

  /// The camera's driver promised 16 x 12; at half and at full size, twice with the same decoder.
  private static func decodeFrame(_ bytes: UnsafeRawBufferPointer) {
    let (width, height) = (16, 12)
    for shrink in [1, 2] {
      var scaling = umwelt_scaling(
        left: 0, top: 0, width: UInt32(width / shrink), height: UInt32(height / shrink),
        out_width: 8, out_height: 8)
      if shrink == 2 { (scaling.out_width, scaling.out_height) = (4, 3) }
      var (scaler, decoder): (OpaquePointer?, OpaquePointer?) = (nil, nil)
      precondition(umwelt_scaler_new(&scaling, UMWELT_ROWS_RGB, &scaler) == 0)
      precondition(
        umwelt_jpeg_frames_new(UInt32(width), UInt32(height), UInt32(shrink), &decoder) == 0)
      var rgb = [UInt8](repeating: 0, count: Int(scaling.out_width * scaling.out_height) * 3)
      for _ in 0..<2 {
        // SAFETY: `rgb` has the scaler's size, and the bytes outlive the call.
        rgb.withUnsafeMutableBufferPointer { umwelt_scaler_begin(scaler, $0.baseAddress) }
        rgb.withUnsafeMutableBufferPointer {
          umwelt_scaler_begin(scaler, $0.baseAddress)
          _ = umwelt_jpeg_frames_decode(
            decoder, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count,
            umwelt_scaler_row, UnsafeMutableRawPointer(scaler))
        }
      }
      umwelt_jpeg_frames_free(decoder)
      umwelt_scaler_free(scaler)
    }
  }
}
