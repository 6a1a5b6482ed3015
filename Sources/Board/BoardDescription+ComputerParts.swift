// SPDX-License-Identifier: Apache-2.0

extension BoardDescription.Computer.CPU {
  enum Keys {
    static let core = Key.text("core", .required(example: "Cortex-A76"), "The core's name.")
    static let cores = Key.whole("cores", 1...256, .required(example: "4"), "How many of them.")
    static let clock = Key.quantity(
      "clock", .gigahertz, 0.1...10, .required(example: "2.4 GHz"), "Their highest clock.")
    static let dotProduct = Key.flag(
      "dot_product", standard: false, "Whether it has the int8 dot-product instructions.")
  }

  static let table = Table([Keys.core, Keys.cores, Keys.clock, Keys.dotProduct])

  init(_ section: Section) {
    (core, cores) = (section[Keys.core], section[Keys.cores])
    (clockHz, hasDotProduct) = (section[Keys.clock], section[Keys.dotProduct])
  }
}

extension BoardDescription.Computer.Connector {
  enum Keys {
    static let title = Key.text(
      "title", .required(example: "40-pin header"), "The connector's name, for people.")
    static let rows = Key(
      "rows", .list(of: .list(of: .text)), .required(example: "[[3V3, 5V]]"),
      "What each pin carries, row by row: a line's name, 3V3, 5V, GND, or - for anything else."
    ) { value in
      value.list.map { rows in
        rows.map { row in (row.value.list ?? []).compactMap { $0.map(\.text) } }
      }
    }
  }

  static let table = Table([Keys.title, Keys.rows])

  init(_ section: Section) {
    title = section[Keys.title]
    rows = section[Keys.rows].map { $0.map(\.value) }
  }
}

extension BoardDescription.Computer.Bus {
  enum Keys {
    static let adapter = Key.text(
      "adapter", .required(example: "1f00074000.i2c"),
      "What only this adapter's device path under /sys has in it.")
    static let sda = Key.text(
      "sda", .optional(example: "GPIO2"),
      "The pin that carries SDA, as the connector calls it; absent for a bus inside the computer.")
    static let scl = Key.text(
      "scl", .optional(example: "GPIO3"), "The pin that carries SCL, as the connector calls it.")
    static let speed = Key.quantity(
      "speed", .kilohertz, 10...3400, .standard(value: "100 kHz"), "The clock it starts with.")
    static let stretching = Key.flag(
      "clock_stretching", standard: true, "False where the adapter loses bits when chips wait.")
    static let reserved = Key.map(
      "reserved", of: .text, .optional(example: "{0x40: INA3221}"),
      "Addresses that parts of the computer occupy, and what they are.")
    static let enable = Key.texts(
      "enable", .optional(example: "dtparam=i2c_arm=on"),
      "What switches the bus on: one line or several.")
  }

  static let table = Table([
    Keys.adapter, Keys.sda, Keys.scl, Keys.speed, Keys.stretching, Keys.reserved, Keys.enable
  ])

  init(_ name: String, _ section: Section) {
    self.name = name
    adapter = section[Keys.adapter]
    (sdaPin, sclPin) = (section.find(Keys.sda)?.value, section.find(Keys.scl)?.value)
    (speedHz, canStretchClock) = (section[Keys.speed], section[Keys.stretching])
    reserved = Dictionary(
      (section.find(Keys.reserved)?.value ?? []).compactMap { entry in
        Numeral.address(entry.name.value).map { ($0, entry.value.value.text ?? "") }
      }, uniquingKeysWith: { first, _ in first })
    enable = section.texts(Keys.enable)
  }
}

extension BoardDescription.Computer.Line {
  enum Keys {
    static let chip = Key.text(
      "chip", .optional(example: "pinctrl-rp1"),
      "The GPIO chip's label, as gpiodetect shows it; the computer's gpio_chip when absent.")
    static let line = Key.text(
      "line", .optional(example: "17"),
      "The line's name in the kernel or its offset in the chip; its name here when absent.")
    static let pin = Key.text(
      "pin", .optional(example: "GPIO17"),
      "What the connector calls its pin; the line's name when absent.")
  }

  static let table = Table([Keys.chip, Keys.line, Keys.pin])

  init(_ name: String, _ section: Section, chip standard: String) {
    self.name = name
    chip = section.find(Keys.chip)?.value ?? standard
    line = section.find(Keys.line)?.value ?? name
    pin = section.find(Keys.pin)?.value ?? name
  }
}

extension BoardDescription.Computer.PWMOutput {
  enum Keys {
    static let chip = Key.text(
      "chip", .required(example: "1f00098000.pwm"),
      "What only this PWM chip's device path under /sys has in it.")
    static let channel = Key.whole(
      "channel", 0...15, .required(example: "0"), "The output's number in that chip.")
    static let pin = Key.text(
      "pin", .required(example: "GPIO12"), "The pin it reaches, as the connector calls it.")
    static let enable = Key.texts(
      "enable", .optional(example: "dtoverlay=pwm-2chan"),
      "What switches the output on: one line or several.")
  }

  static let table = Table([Keys.chip, Keys.channel, Keys.pin, Keys.enable])

  init(_ name: String, _ section: Section) {
    self.name = name
    (chip, channel) = (section[Keys.chip], section[Keys.channel])
    (pin, enable) = (section[Keys.pin], section.texts(Keys.enable))
  }
}

extension BoardDescription.Computer.Watchdog {
  enum Keys {
    static let device = Key.text(
      "device", .required(example: "/dev/watchdog0"), "The watchdog's path.")
    static let shortest = Key.quantity(
      "shortest", .seconds, 0.001...3600, .required(example: "1 s"), "Its shortest timeout.")
    static let longest = Key.quantity(
      "longest", .seconds, 0.001...3600, .required(example: "15 s"), "Its longest timeout.")
    static let stops = Key.flag(
      "stops", standard: true, "False where closing it never stops it (nowayout).")
    static let window = Key.quantity(
      "window", .percent, 1...100, .standard(value: "100 %"),
      "Kicks count only in this last part of the timeout.")
    static let notes = Key.text(
      "notes", .optional(example: "systemd owns it by default"), "What to know of it.")
  }

  static let table = Table([
    Keys.device, Keys.shortest, Keys.longest, Keys.stops, Keys.window, Keys.notes
  ])

  init(_ section: Section) {
    device = section[Keys.device]
    (shortestS, longestS) = (section[Keys.shortest], section[Keys.longest])
    (canStop, window) = (section[Keys.stops], section[Keys.window])
    notes = section.find(Keys.notes)?.value
  }
}

extension BoardDescription.Computer.Console {
  enum Keys {
    static let tty = Key.text("tty", .required(example: "ttyAMA10"), "The port under /dev.")
    static let baud = Key.whole(
      "baud", 1200...4_000_000, .standard(value: "115200"), "Its speed in bits per second.")
  }

  static let table = Table([Keys.tty, Keys.baud])

  init(_ section: Section) { (tty, baud) = (section[Keys.tty], section[Keys.baud]) }
}
