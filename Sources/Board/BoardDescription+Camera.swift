// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// The camera and the frames it delivers.
  public struct Camera: Hashable, Sendable {
    public var name: String
    public var widthPx: Int
    public var heightPx: Int
    public var rateHz: Double
  }
}

extension BoardDescription.Camera {
  enum Keys {
    static let name = Key.name("name", .required(example: "front"), "What the camera is called.")
    static let width = Key.pixels(
      "width", 8...4096, .required(example: "64 px"), "The frame's width.")
    static let height = Key.pixels(
      "height", 8...4096, .required(example: "64 px"), "The frame's height.")
    static let rate = Key.quantity(
      "rate", .hertz, 0.5...240, .required(example: "10 Hz"), "Frames per second.")
  }

  static let table = Table([Keys.name, Keys.width, Keys.height, Keys.rate])

  init(_ section: Section) {
    name = section[Keys.name]
    widthPx = section[Keys.width]
    heightPx = section[Keys.height]
    rateHz = section[Keys.rate]
  }
}
