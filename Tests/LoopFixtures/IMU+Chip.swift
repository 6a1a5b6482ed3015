// SPDX-License-Identifier: Apache-2.0
import Board
import Devices

extension BoardDescription.IMU {
  /// 8 KB that a simulated BMI270 takes for its configuration.
  static let firmware = FirmwareFile(
    path: "bmi270.bin", bytes: [0xC8, 0x2E] + [UInt8](repeating: 0x5A, count: 8190))

  /// The same robot with another IMU: at its usual address, its rate nearest to 100 Hz, 500 deg/s,
  /// 4 g and its filter nearest to 44 Hz.
  package mutating func use(_ chip: InertialChip) {
    let traits = chip.traits
    self.chip = chip
    address = traits.addresses.first ?? address
    switch traits.rates {
    case .divided(let baseHz, _): settings.rateHz = baseHz / (baseHz / 100).rounded()
    case .listed(let rates): settings.rateHz = nearest(rates, to: 100)
    }
    settings.gyroRangeRadS = 500 * .pi / 180
    settings.accelRangeMS2 = 4 * 9.80665
    settings.filterHz = nearest(traits.filtersHz(atRateHz: settings.rateHz), to: 44)
  }

  private func nearest(_ values: [Double], to wanted: Double) -> Double {
    values.min { abs($0 - wanted) < abs($1 - wanted) } ?? wanted
  }
}
