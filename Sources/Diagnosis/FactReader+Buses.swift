// SPDX-License-Identifier: Apache-2.0

extension FactReader {
  private var i2cFolder: String { "/sys/bus/i2c/devices" }

  func i2cAdapters() -> [MachineFacts.I2CAdapter] {
    let names = tree.names(in: i2cFolder)
    return names.compactMap { name in
      guard name.hasPrefix("i2c-"), let number = Int(name.dropFirst(4)) else { return nil }
      let folder = "\(i2cFolder)/\(name)"
      let path = tree.target(folder)?.split(separator: "/").dropLast()
      return MachineFacts.I2CAdapter(
        number: number, name: tree.text("\(folder)/name") ?? name,
        devicePath: path.map { "/" + $0.joined(separator: "/") },
        speedHz: tree.cell("\(folder)/of_node/clock-frequency").map(Double.init),
        kernelClients: names.compactMap { client($0, on: number) })
    }
  }

  /// "1-0068" is a chip at 0x68 of bus 1; ten-bit addresses ("1-a068") are not for us.
  private func client(_ name: String, on bus: Int) -> MachineFacts.KernelClient? {
    let parts = name.split(separator: "-")
    guard parts.count == 2, Int(parts[0]) == bus, parts[1].count == 4,
      let address = UInt8(parts[1], radix: 16), address < 0x80
    else { return nil }
    let folder = "\(i2cFolder)/\(name)"
    return MachineFacts.KernelClient(
      address: address, name: tree.text("\(folder)/name") ?? "",
      driver: tree.targetName("\(folder)/driver"))
  }

  func pwmChips() -> [MachineFacts.PWMChip] {
    tree.names(in: "/sys/class/pwm").compactMap { name in
      tree.number("/sys/class/pwm/\(name)/npwm").map {
        MachineFacts.PWMChip(
          name: name, outputs: $0, devicePath: tree.target("/sys/class/pwm/\(name)") ?? "")
      }
    }
  }

  /// Names only: formats need an ioctl.
  func cameras() -> [MachineFacts.VideoDevice] {
    tree.names(in: "/sys/class/video4linux").filter { $0.hasPrefix("video") }.map {
      MachineFacts.VideoDevice(
        path: "/dev/\($0)", card: tree.text("/sys/class/video4linux/\($0)/name") ?? "")
    }
  }

  /// Source: Linux, drivers/pinctrl/pinmux.c, pinmux_pins_show: per line "pin 14 (gpio14):
  /// fe201000.serial (GPIO UNCLAIMED) function alt5 group gpio14", or with a strict controller
  /// "pin 14 (gpio14): device fe201000.serial function alt5 group gpio14".
  func pins() -> [MachineFacts.PinUse]? {
    let folder = "/sys/kernel/debug/pinctrl"
    var pins: [MachineFacts.PinUse] = []
    for controller in tree.names(in: folder) {
      for line in tree.lines("\(folder)/\(controller)/pinmux-pins") {
        if let pin = Self.pin(line, of: controller) { pins.append(pin) }
      }
    }
    return pins.isEmpty ? nil : pins
  }

  private static func pin(_ line: String, of controller: String) -> MachineFacts.PinUse? {
    let words = words(line)
    guard words.count > 3, words[0] == "pin", let number = Int(words[1]),
      words[2].hasPrefix("("), words[2].hasSuffix("):")
    else { return nil }
    var owner: String? = words[3]
    if words[3] == "device", words.count > 4 { owner = words[4] }
    if ["(MUX", "UNCLAIMED", "GPIO"].contains(words[3]) { owner = nil }
    let at = words.firstIndex(of: "function")
    return MachineFacts.PinUse(
      controller: controller, pin: number, name: String(words[2].dropFirst().dropLast(2)),
      owner: owner,
      function: at.flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil })
  }
}
