// SPDX-License-Identifier: Apache-2.0

/// The pins of the chips on an I2C bus, as their breakout boards print them.
enum ChipPins {
  /// Supply and bus.
  static func bus(_ bus: String, supply: String = "VCC") -> [WiringPlan.Terminal] {
    [
      WiringPlan.Terminal(name: supply, net: .supply3V3),
      WiringPlan.Terminal(name: "GND", net: .ground),
      WiringPlan.Terminal(name: "SDA", net: Net(name: "\(bus) SDA", kind: .data)),
      WiringPlan.Terminal(name: "SCL", net: Net(name: "\(bus) SCL", kind: .clock))
    ]
  }

  /// The pin that chooses an IMU's address. Sources: the pin tables of their datasheets.
  static func addressPin(ofIMU word: String) -> String {
    switch word {
    case "lsm6dsox", "bmi270": "SDO"
    case "icm42688p": "AP_AD0"
    case "bno055": "ADR"
    default: "AD0"
    }
  }

  /// How the straps of a chip are set, in words; empty when there are none to set.
  static func straps(_ word: String, address: UInt8) -> String {
    let offset = Int(address)
    switch word {
    case "pca9685":
      // Source: NXP PCA9685 rev. 4, 7.1.1: A0 is the address's lowest bit.
      let bits = (0..<6).filter { (offset - 0x40) >> $0 & 1 == 1 }.map { "A\($0)" }
      return bits.isEmpty ? "A0 to A5 open" : "bridge " + bits.joined(separator: ", ")
    case "ina219", "ina226":
      // Source: INA219 SBOS448G table 1, INA226 SBOS547B table 2.
      let levels = ["GND", "VCC", "SDA", "SCL"]
      return "A1 to \(levels[(offset - 0x40) >> 2 & 3]), A0 to \(levels[(offset - 0x40) & 3])"
    case "ads1115":
      // Source: ADS1115 SBAS444E table 7-2.
      return "ADDR to \(["GND", "VDD", "SDA", "SCL"][(offset - 0x48) & 3])"
    case "amg8833":
      return address == 0x69 ? "AD_SELECT high" : "AD_SELECT low"
    default: return ""
    }
  }
}
