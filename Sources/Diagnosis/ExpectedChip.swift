// SPDX-License-Identifier: Apache-2.0
import Board
import Devices

/// A chip that the board file says is there.
struct ExpectedChip: Equatable, Sendable {
  /// Where the board file says so: "imu".
  var section: String
  var chip: CatalogChip
  var bus: String
  var address: UInt8

  var site: Probe.Site { Probe.Site(bus: bus, address: address) }
}

extension BoardDescription {
  /// In the order of the file.
  var expectedChips: [ExpectedChip] {
    var chips = [
      ExpectedChip(
        section: "imu", chip: ChipCatalog.chip(imu.chip), bus: imu.bus, address: imu.address)
    ]
    switch pwm.chip {
    case .pca9685:
      chips.append(
        ExpectedChip(
          section: "pwm", chip: ChipCatalog.pca9685, bus: pwm.bus, address: pwm.address))
    }
    return chips
  }
}
