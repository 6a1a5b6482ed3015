// SPDX-License-Identifier: Apache-2.0
import CCodecs

/// Makes RGB frames of the board's size from what a camera delivers. Nothing is allocated after the
/// first frame.
final class FramePainter {
  let fit: FrameFit
  private let mode: CameraMode
  private let scaler: OpaquePointer
  private let decoder: OpaquePointer?
  /// Where a JPEG becomes a picture: a damaged one must not spoil the last frame.
  private let draft: UnsafeMutableBufferPointer<UInt8>

  /// Nil when there is no memory.
  init?(_ mode: CameraMode, width: Int, height: Int) {
    self.mode = mode
    fit = FrameFit(mode, width: width, height: height)
    var scaling = fit.scaling(width: width, height: height)
    var scaler: OpaquePointer?
    guard umwelt_scaler_new(&scaling, Self.rows(of: mode), &scaler) == 0, let scaler else {
      return nil
    }
    self.scaler = scaler
    var decoder: OpaquePointer?
    if mode.pixels.isCompressed {
      umwelt_jpeg_frames_new(
        UInt32(mode.width), UInt32(mode.height), UInt32(fit.shrink), &decoder)
    }
    self.decoder = decoder
    draft = .allocate(capacity: mode.pixels.isCompressed ? width * height * 3 : 0)
    if mode.pixels.isCompressed && decoder == nil { return nil }
  }

  deinit {
    umwelt_scaler_free(scaler)
    draft.deallocate()
    if let decoder { umwelt_jpeg_frames_free(decoder) }
  }

  /// False when the bytes are not a whole frame; `rgb` stays as it was then.
  func paint(
    _ bytes: UnsafeRawBufferPointer, into rgb: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
    let context = UnsafeMutableRawPointer(scaler)
    // SAFETY: `rgb` and `draft` have the board's frame size (the camera's precondition) and outlive
    // the calls.
    if let decoder {
      umwelt_scaler_begin(scaler, draft.baseAddress)
      let result = umwelt_jpeg_frames_decode(
        decoder, start, bytes.count, umwelt_scaler_row, context)
      if result == 0 { _ = rgb.update(fromContentsOf: draft) }
      return result == 0
    }
    let lastRow = mode.pixels.rowBytes(width: mode.width)
    guard bytes.count >= mode.rowBytes * (mode.height - 1) + lastRow else { return false }
    umwelt_scaler_begin(scaler, rgb.baseAddress)
    // SAFETY: all rows lie inside `bytes`, as seen above.
    for y in 0..<mode.height { umwelt_scaler_row(context, start + y * mode.rowBytes) }
    return true
  }

  private static func rows(of mode: CameraMode) -> umwelt_rows {
    switch mode.pixels {
    case .grey: UMWELT_ROWS_GREY
    case .mjpeg, .jpeg: UMWELT_ROWS_RGB
    case .yuyv: mode.isFullRange ? UMWELT_ROWS_YUYV_FULL_RANGE : UMWELT_ROWS_YUYV
    }
  }
}
