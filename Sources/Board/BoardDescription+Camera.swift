// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// The camera and the frames it delivers.
  public struct Camera: Hashable, Sendable {
    public var name: String
    public var widthPx: Int
    public var heightPx: Int
    public var rateHz: Double
    /// A path such as /dev/video0 or the card's name, where the name alone does not find it.
    public var device: String?
    /// Nil for whatever the camera offers.
    public var format: PixelFormat?
    /// The lines that start an exposure and that are high during one, by their computer names.
    public var triggerLine: String?
    public var strobeLine: String?
    public var mount: Mount?

    /// How pixels come from the kernel.
    public enum PixelFormat: String, CaseIterable, Hashable, Sendable { case grey, yuyv, mjpeg }

    /// Where the lens is, from the middle between the driven wheels, on the floor.
    public struct Mount: Hashable, Sendable {
      public var forwardM: Double
      public var leftM: Double
      public var upM: Double
      /// Positive looks down.
      public var pitchRad: Double
    }
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
    static let device = Key.text(
      "device", .optional(example: "/dev/video0"),
      "How V4L2 finds it: a path, or the card's name as `v4l2-ctl --list-devices` shows it.")
    static let format = Key<PixelFormat>.choice(
      "format", called: "a pixel format", .optional(example: "yuyv"),
      "How pixels come from the kernel; what the camera likes best when absent.")
    static let trigger = Key.text(
      "trigger", .optional(example: "CAM_TRIGGER"),
      "The GPIO line that starts an exposure, for cameras with such an input.")
    static let strobe = Key.text(
      "strobe", .optional(example: "CAM_STROBE"),
      "The GPIO line that the camera holds high while it exposes.")
    static let mount = Key.optionalSection(
      "mount", Mount.table, "Where the lens is, from the floor between the driven wheels.")
  }

  static let table = Table([
    Keys.name, Keys.width, Keys.height, Keys.rate, Keys.device, Keys.format, Keys.trigger,
    Keys.strobe, Keys.mount
  ])

  init(_ section: Section, names: LineNames) {
    name = section[Keys.name]
    widthPx = section[Keys.width]
    heightPx = section[Keys.height]
    rateHz = section[Keys.rate]
    device = section.find(Keys.device)?.value
    format = section.find(Keys.format)?.value
    triggerLine = section.find(Keys.trigger).map { names.line($0.value) }
    strobeLine = section.find(Keys.strobe).map { names.line($0.value) }
    mount = section.find(Keys.mount).map { Mount($0.value) }
  }
}

extension BoardDescription.Camera.Mount {
  enum Keys {
    static let forward = distance("forward", "How far the lens is in front of the axle.")
    static let left = distance("left", "How far the lens is left of the middle.")
    static let up = distance("up", "How far the lens is above the floor.")
    static let pitch = Key.quantity(
      "pitch", .degrees, -90...90, .standard(value: "0 deg"),
      "How far the camera looks down; negative looks up.")

    private static func distance(_ name: String, _ help: String) -> Key<Double> {
      .quantity(name, .metres, -2...2, .standard(value: "0 m"), help)
    }
  }

  static let table = Table([Keys.forward, Keys.left, Keys.up, Keys.pitch])

  init(_ section: Section) {
    (forwardM, leftM) = (section[Keys.forward], section[Keys.left])
    (upM, pitchRad) = (section[Keys.up], section[Keys.pitch])
  }
}
