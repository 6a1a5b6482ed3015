// SPDX-License-Identifier: Apache-2.0

extension MachineFacts {
  /// One V4L2 capture device.
  public struct VideoDevice: Equatable, Sendable {
    /// "/dev/video0".
    public var path: String
    /// What the driver calls the camera ("HD Pro Webcam C920").
    public var card: String
    /// Where it is plugged in ("usb-0000:01:00.0-1.3"); empty when nobody asked.
    public var bus: String
    /// Pixel formats by their four letters; empty when nobody asked.
    public var formats: [String]
    /// Sizes and rates; empty when nobody asked.
    public var modes: [VideoMode]

    public init(
      path: String, card: String, bus: String = "", formats: [String] = [],
      modes: [VideoMode] = []
    ) {
      (self.path, self.card, self.bus) = (path, card, bus)
      (self.formats, self.modes) = (formats, modes)
    }

    /// Whether people could mean this camera by `word`.
    public func isCalled(_ word: String) -> Bool {
      [path, card, bus].contains(word) || path == "/dev/\(word)"
    }
  }

  /// One pixel format with a size, and the rates it comes at.
  public struct VideoMode: Equatable, Sendable {
    /// The four letters of V4L2: "YUYV", "MJPG", "GREY".
    public var format: String
    public var widthPx: Int
    public var heightPx: Int
    /// Empty when the driver does not say.
    public var ratesHz: [Double]

    public init(format: String, widthPx: Int, heightPx: Int, ratesHz: [Double]) {
      (self.format, self.widthPx, self.heightPx) = (format, widthPx, heightPx)
      self.ratesHz = ratesHz
    }

    /// The formats that the camera driver of this project reads.
    public static let readable = ["YUYV", "MJPG", "JPEG", "GREY"]
  }
}
