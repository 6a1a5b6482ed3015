// SPDX-License-Identifier: Apache-2.0

extension BoardDescription {
  /// What the robot's computer offers: the same for every robot that it is built into.
  public struct Computer: Hashable, Sendable {
    public var name: String
    public var title: String
    /// Beginnings of what /proc/device-tree/model says on it.
    public var models: [String]
    public var cpu: CPU?
    public var connectors: [Connector]
    public var buses: [Bus]
    public var lines: [Line]
    public var pwmOutputs: [PWMOutput]
    public var watchdog: Watchdog?
    public var console: Console?
    /// What to know before a camera is plugged in.
    public var cameraNotes: String?
    /// What its owner types or writes once, so that the rest is there.
    public var enable: [String]

    public func bus(_ name: String) -> Bus? { buses.first { $0.name == name } }
    public func line(_ name: String) -> Line? { lines.first { $0.name == name } }
    public func pwmOutput(_ name: String) -> PWMOutput? { pwmOutputs.first { $0.name == name } }

    /// The processor.
    public struct CPU: Hashable, Sendable {
      public var core: String
      public var cores: Int
      public var clockHz: Double
      /// Whether it has the dot-product instructions, which make int8 models fast.
      public var hasDotProduct: Bool
    }

    /// Where wires go.
    public struct Connector: Hashable, Sendable {
      public var title: String
      /// What each pin carries, row by row: a line's name, `3V3`, `5V`, `GND`, or `-` for others.
      public var rows: [[String]]
    }

    /// An I2C bus.
    public struct Bus: Hashable, Sendable {
      public var name: String
      /// What only this adapter's device path under /sys has in it ("1f00074000.i2c").
      public var adapter: String
      /// The connector pins, by what the connector calls them; nil for a bus inside the computer.
      public var sdaPin: String?
      public var sclPin: String?
      public var speedHz: Double
      /// Whether chips may hold the clock, as I2C allows.
      public var canStretchClock: Bool
      /// Addresses that parts of the computer occupy, with their names.
      public var reserved: [UInt8: String]
      public var enable: [String]
    }

    /// A GPIO line that reaches a connector.
    public struct Line: Hashable, Sendable {
      public var name: String
      /// The GPIO chip's label, which is the same after every boot.
      public var chip: String
      /// The kernel's name of the line, or its offset in the chip.
      public var line: String
      /// The connector pin, by what the connector calls it.
      public var pin: String
    }

    /// A PWM output that reaches a connector.
    public struct PWMOutput: Hashable, Sendable {
      public var name: String
      /// What only this PWM chip's device path under /sys has in it.
      public var chip: String
      public var channel: Int
      public var pin: String
      public var enable: [String]
    }

    /// What resets the computer when nobody is left to ask for help.
    public struct Watchdog: Hashable, Sendable {
      public var device: String
      public var shortestS: Double
      public var longestS: Double
      /// Whether closing it can stop it.
      public var canStop: Bool
      /// Kicks count only in this last share of the timeout; 1 for any time.
      public var window: Double
      public var notes: String?
    }

    /// The serial console.
    public struct Console: Hashable, Sendable {
      public var tty: String
      public var baud: Int
    }
  }
}

extension BoardDescription.Computer {
  enum Keys {
    static let name = Key.name("name", .required(example: "pi5"), "The computer's short name.")
    static let title = Key.text(
      "title", .required(example: "Raspberry Pi 5"), "The computer's name, for people.")
    static let models = Key.texts(
      "models", .optional(example: "Raspberry Pi 5"),
      "How /proc/device-tree/model begins on it: one text or several.")
    static let cpu = Key.optionalSection("cpu", CPU.table, "The processor.")
    static let connectors = Key.sections(
      "connectors", Connector.table, "Where wires go, pin by pin.")
    static let buses = Key.map(
      "buses", of: .section(Bus.table), .optional(example: "{i2c-1: \(Bus.table.example)}"),
      "The I2C buses, by name.")
    static let gpioChip = Key.text(
      "gpio_chip", .optional(example: "pinctrl-rp1"),
      "The label of the GPIO chip whose lines these are, where a line names none.")
    static let lines = Key.map(
      "lines", of: .section(Line.table), .optional(example: "{GPIO17: \(Line.table.example)}"),
      "The GPIO lines that reach a connector, by name.")
    static let pwmOutputs = Key.map(
      "pwm_outputs", of: .section(PWMOutput.table),
      .optional(example: "{PWM0: \(PWMOutput.table.example)}"),
      "The PWM outputs that reach a connector, by name.")
    static let watchdog = Key.optionalSection(
      "watchdog", Watchdog.table, "What resets the computer when the service hangs.")
    static let console = Key.optionalSection("console", Console.table, "The serial console.")
    static let camera = Key.text(
      "camera", .optional(example: "USB, or CSI with camera_auto_detect=1"),
      "What to know before a camera is plugged in.")
    static let enable = Key.texts(
      "enable", .optional(example: "sudo usermod -aG i2c,gpio,video $USER"),
      "What its owner types or writes once: one line or several.")
  }

  static let table = Table([
    Keys.name, Keys.title, Keys.models, Keys.cpu, Keys.connectors, Keys.buses, Keys.gpioChip,
    Keys.lines, Keys.pwmOutputs, Keys.watchdog, Keys.console, Keys.camera, Keys.enable
  ])

  init(_ section: Section) {
    name = section[Keys.name]
    title = section[Keys.title]
    models = section.texts(Keys.models)
    cpu = section.find(Keys.cpu).map { CPU($0.value) }
    connectors = (section.find(Keys.connectors)?.value ?? []).map { Connector($0) }
    buses = section.entries(Keys.buses).map { Bus($0, $1) }
    let chip = section.find(Keys.gpioChip)?.value ?? ""
    lines = section.entries(Keys.lines).map { Line($0, $1, chip: chip) }
    pwmOutputs = section.entries(Keys.pwmOutputs).map { PWMOutput($0, $1) }
    watchdog = section.find(Keys.watchdog).map { Watchdog($0.value) }
    console = section.find(Keys.console).map { Console($0.value) }
    cameraNotes = section.find(Keys.camera)?.value
    enable = section.texts(Keys.enable)
  }
}

extension Section {
  func texts(_ key: Key<[Located<String>]>) -> [String] {
    (find(key)?.value ?? []).map(\.value)
  }

  /// The sections of a map with their names.
  func entries(_ key: Key<[FileValue.Named]>) -> [(String, Section)] {
    (find(key)?.value ?? []).compactMap { entry in
      entry.value.value.section.map { (entry.name.value, $0) }
    }
  }
}
