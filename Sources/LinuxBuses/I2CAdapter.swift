// SPDX-License-Identifier: Apache-2.0
import Buses

/// An I2C adapter that the kernel knows.
public struct I2CAdapter: Equatable, Sendable {
  /// The N of /dev/i2c-N. It may change from one boot to the next.
  public let number: Int
  /// The driver's name for it ("bcm2835 (i2c@7e804000)").
  public let driverName: String
  /// Its place among the devices ("…/1f00074000.i2c"), without the adapter itself.
  public let devicePath: String
  /// Its node in the device tree ("…/rp1/i2c@74000"); nil where there is none.
  public let nodePath: String?

  /// By number: short, and right as long as nothing is added.
  public var name: String { "i2c-\(number)" }

  /// Whether people mean this one: by number, by the driver's name, or by the end of either path.
  func isCalled(_ name: String) -> Bool {
    name == self.name || name == "/dev/" + self.name || name == driverName
      || path(devicePath, endsIn: name) || nodePath.map { path($0, endsIn: name) } == true
  }
}

/// The machine's I2C adapters, found through sysfs.
struct I2CAdapters {
  private static let devices = "/sys/bus/i2c/devices"
  let files: MachineFiles

  var all: [I2CAdapter] {
    files.names(in: Self.devices).compactMap { folder in
      guard folder.hasPrefix("i2c-"), let number = trailingNumber(folder) else { return nil }
      let place = "\(Self.devices)/\(folder)"
      let parts = (files.destination(of: place) ?? "").split(separator: "/")
      return I2CAdapter(
        number: number, driverName: files.line("\(place)/name") ?? "",
        devicePath: "/" + parts.dropLast().joined(separator: "/"),
        nodePath: files.destination(of: "\(place)/of_node")
          ?? files.destination(of: "\(place)/device/of_node"))
    }
  }

  func find(_ name: String) throws(HardwareError) -> I2CAdapter {
    let all = self.all
    let found = all.filter { $0.isCalled(name) }
    if let only = found.first, found.count == 1 { return only }
    throw HardwareError(
      kind: "I2C bus", name: name, available: all.map { "\($0.name) (\($0.driverName))" },
      reason: reason(found, all))
  }

  private func reason(_ found: [I2CAdapter], _ all: [I2CAdapter]) -> String? {
    if all.isEmpty {
      return "this machine has no I2C adapter. Enable I2C (on a Raspberry Pi: dtparam=i2c_arm=on "
        + "in config.txt; elsewhere an overlay) and restart."
    }
    if found.isEmpty { return nil }
    return "is the name of \(found.map(\.name).joined(separator: " and ")). Use the device path: "
      + found.map(\.devicePath).joined(separator: " or ") + "."
  }

  /// The kernel driver that has the chip at an address, and its name there.
  func holder(of address: UInt8, on adapter: I2CAdapter) -> (driver: String, device: String)? {
    let digits = String(address, radix: 16)
    let device = "\(adapter.number)-\(String(repeating: "0", count: 4 - digits.count))\(digits)"
    return files.nameOfDestination(of: "\(Self.devices)/\(device)/driver").map { ($0, device) }
  }
}
