// SPDX-License-Identifier: Apache-2.0
import Buses
import Devices
import Testing

struct SensorCatalogTests {
  @Test("Every grid chip has addresses, shapes and rates; those with an identity say where")
  func grids() {
    #expect(GridChip.allCases.map(\.rawValue) == ["mlx90640", "amg8833", "vl53l5cx"])
    for chip in GridChip.allCases {
      let traits = chip.traits
      #expect(traits.name.lowercased() == chip.rawValue)
      #expect(!traits.addresses.isEmpty && !traits.shapes.isEmpty)
      #expect(traits.shapes.allSatisfy { !$0.ratesHz.isEmpty && $0.rows * $0.columns > 0 })
    }
    #expect(GridChip.allCases.map(\.traits.firmwareBytes) == [nil, nil, 87_764])
    #expect(GridChip.mlx90640.traits.addresses == [0x33])
    #expect(GridChip.amg8833.traits.addresses == [0x69, 0x68])
    #expect(
      GridChip.vl53l5cx.traits.identity
        == ChipIdentity(register: 0, registerBytes: 2, value: 0xF002, valueBytes: 2))
  }

  @Test("Every power chip has addresses; INA226 alone has an identity")
  func power() {
    #expect(PowerChip.allCases.map(\.rawValue) == ["ina219", "ina226", "ads1115"])
    #expect(PowerChip.ina219.traits.addresses == Array(0x40...0x4F))
    #expect(PowerChip.ads1115.traits.addresses == [0x48, 0x49, 0x4A, 0x4B])
    #expect(PowerChip.ina226.traits.identity?.value == 0x2260)
    #expect(PowerChip.ina219.traits.identity == nil && PowerChip.ads1115.traits.identity == nil)
    #expect(!PowerChip.ads1115.traits.measuresCurrent)
  }

  @Test("A shunt for a converter and a divider for a shunt monitor are refused")
  func mixedUp() {
    let device = I2CDevice(bus: ScriptedWordBus(address: 0x48), address: 0x48)
    let shunt = PowerSettings.shunt(
      ShuntSettings(shuntOhm: 0.01, maxCurrentA: 1, maxVoltageV: 5))
    let divider = PowerSettings.divider(
      DividerSettings(input: .a0, ratio: 4, rangeV: 4.096, rateHz: 8))
    #expect(
      thrown { try PowerChip.ads1115.driver(device: device, settings: shunt) }
        == .unsupported(
          chip: "ADS1115", setting: "shunt", asked: "a current measurement", possible: "a divider"))
    for chip in [PowerChip.ina219, .ina226] {
      let error = thrown { try chip.driver(device: device, settings: divider) }
      #expect(error?.description.contains("divider of a divided voltage") == true)
    }
  }

  @Test("Emissivities outside 0.1 to 1, other shapes and other rates are refused")
  func gridSettings() {
    let device = I2CDevice(bus: ScriptedWordBus(address: 0x33, pointerBytes: 2), address: 0x33)
    func text(_ rows: Int, _ rateHz: Double, _ emissivity: Double) -> String {
      var settings = GridSettings(rows: rows, columns: 32, rateHz: rateHz)
      settings.emissivity = emissivity
      return thrown { try GridChip.mlx90640.driver(device: device, settings: settings) }?
        .description ?? "accepted"
    }
    #expect(text(24, 4, 0.95) == "accepted")
    #expect(text(24, 4, 0).contains("emissivity of 0.0 is not possible"))
    #expect(text(8, 4, 1).contains("24 x 32"))
    #expect(text(24, 3, 1).contains("0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0 Hz"))
  }

  @Test("A cell that is not valid has no value")
  func grid() {
    var grid = Grid(rows: 2, columns: 3, unit: .metres)
    #expect(grid[1, 2] == nil && grid.values.count == 6)
    (grid.values[5], grid.isValid[5]) = (1.5, true)
    #expect(grid[1, 2] == 1.5)
  }
}
