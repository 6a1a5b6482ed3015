// SPDX-License-Identifier: Apache-2.0
import CCodecs
import CLinux

/// What a camera agreed to deliver.
public struct CameraMode: Equatable, Sendable {
  /// Pixel formats that become RGB here, the best first: YUYV costs no decoder and has colour.
  public enum Pixels: String, CaseIterable, Sendable {
    case yuyv = "YUYV"
    case mjpeg = "MJPEG"
    case jpeg = "JPEG"
    case grey = "GREY"

    var code: UInt32 {
      switch self {
      case .yuyv: UInt32(UMWELT_YUYV)
      case .mjpeg: UInt32(UMWELT_MJPEG)
      case .jpeg: UInt32(UMWELT_JPEG)
      case .grey: UInt32(UMWELT_GREY)
      }
    }

    var isCompressed: Bool { self == .mjpeg || self == .jpeg }

    /// Of one row without padding; 0 where rows are compressed.
    func rowBytes(width: Int) -> Int {
      switch self {
      case .yuyv: width * 2
      case .grey: width
      case .mjpeg, .jpeg: 0
      }
    }
  }

  public var pixels: Pixels
  public var width: Int
  public var height: Int
  /// What the camera says; nil where it does not.
  public var rateHz: Double?
  var rowBytes: Int
  var isFullRange: Bool
}

/// How a frame of the camera's becomes a frame of the board's: a JPEG is decoded at 1/`shrink` of
/// its size, of that the middle with the wanted shape is taken, and scaled.
struct FrameFit: Equatable {
  let shrink: Int
  let left, top, width, height: Int

  init(_ mode: CameraMode, width wantedWidth: Int, height wantedHeight: Int) {
    var fit = (shrink: 1, width: 0, height: 0)
    var source = (width: 0, height: 0)
    // As coarse as still covers the wanted frame. Source of the ratios: libjpeg.txt, "scaling".
    for shrink in mode.pixels.isCompressed ? [8, 4, 2, 1] : [1] {
      source = ((mode.width + shrink - 1) / shrink, (mode.height + shrink - 1) / shrink)
      // The widest part of the wanted shape: either all of the width or all of the height.
      let width = min(source.width, source.height * wantedWidth / wantedHeight)
      fit = (
        shrink, max(1, width), max(1, min(source.height, source.width * wantedHeight / wantedWidth))
      )
      if fit.width >= wantedWidth && fit.height >= wantedHeight { break }
    }
    (shrink, width, height) = fit
    left = (source.width - fit.width) / 2 / 2 * 2  // pairs of YUYV stay whole
    top = (source.height - fit.height) / 2
  }

  func scaling(width wantedWidth: Int, height wantedHeight: Int) -> umwelt_scaling {
    umwelt_scaling(
      left: UInt32(left), top: UInt32(top), width: UInt32(width), height: UInt32(height),
      out_width: UInt32(wantedWidth), out_height: UInt32(wantedHeight))
  }
}
