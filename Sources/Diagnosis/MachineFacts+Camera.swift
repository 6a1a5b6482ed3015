// SPDX-License-Identifier: Apache-2.0

extension MachineFacts {
  /// One V4L2 capture device.
  public struct VideoDevice: Equatable, Sendable {
    /// "/dev/video0".
    public var path: String
    /// What the driver calls the camera ("HD Pro Webcam C920").
    public var card: String
    public var formats: [VideoFormat]

    public init(path: String, card: String, formats: [VideoFormat]) {
      (self.path, self.card, self.formats) = (path, card, formats)
    }
  }

  /// One pixel format with a size, and the rates it comes at.
  public struct VideoFormat: Equatable, Sendable {
    /// The four letters of V4L2: "YUYV", "MJPG", "GREY".
    public var fourCC: String
    public var widthPx: Int
    public var heightPx: Int
    /// Empty when the driver does not say.
    public var ratesHz: [Double]

    public init(fourCC: String, widthPx: Int, heightPx: Int, ratesHz: [Double]) {
      (self.fourCC, self.widthPx, self.heightPx, self.ratesHz) = (
        fourCC, widthPx, heightPx, ratesHz
      )
    }

    /// The formats that the camera driver of this project reads.
    public static let readable = ["YUYV", "MJPG", "GREY"]
  }
}
