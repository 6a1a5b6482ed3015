// SPDX-License-Identifier: Apache-2.0

/// Which camera of the machine's, and which frames it is to deliver.
public struct CameraSettings: Equatable, Sendable {
  /// "/dev/video0", "video0", the card's name ("HD USB Camera: HD USB Camera") or where it is
  /// plugged in ("usb-0000:01:00.0-1.3").
  public var device: String
  public var width: Int
  public var height: Int
  public var rateHz: Double
  /// Controls to set at the start, in order, by the names that the driver has for them.
  public var controls: [(name: String, value: Int)]

  public init(
    device: String, width: Int = 640, height: Int = 480, rateHz: Double = 30,
    controls: [(name: String, value: Int)] = []
  ) {
    precondition(width > 0 && height > 0 && rateHz > 0, "\(width) x \(height) at \(rateHz) Hz")
    (self.device, self.width, self.height) = (device, width, height)
    (self.rateHz, self.controls) = (rateHz, controls)
  }

  public static func == (a: CameraSettings, b: CameraSettings) -> Bool {
    a.device == b.device && a.width == b.width && a.height == b.height && a.rateHz == b.rateHz
      && a.controls.elementsEqual(b.controls) { $0 == $1 }
  }
}
