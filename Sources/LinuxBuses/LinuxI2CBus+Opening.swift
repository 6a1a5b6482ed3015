// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension LinuxI2CBus {
  /// Opens an adapter, sees that it can do plain I2C and sets its time-out.
  static func open(
    _ adapter: I2CAdapter, _ name: String, _ timeout: Interval, _ files: MachineFiles,
    _ system: DeviceFile.System
  ) throws(HardwareError) -> (DeviceFile, abilities: UInt32) {
    let path = "/dev/\(adapter.name)"
    do throws(SystemError) {
      let file = try DeviceFile(files.place(path), for: .both, system)
      var abilities: UInt32 = 0
      try checked(umwelt_i2c_abilities(system, file.number, &abilities))
      guard abilities & UInt32(UMWELT_I2C_PLAIN) != 0 else {
        throw SystemError(errno: EOPNOTSUPP)
      }
      let milliseconds = UInt32(clamping: timeout.nanoseconds / 1_000_000)
      try checked(umwelt_i2c_set_timeout(system, file.number, milliseconds))
      return (file, abilities)
    } catch {
      throw HardwareError(
        kind: "I2C bus", name: name, available: [], reason: reason(path, errno: error.errno))
    }
  }

  private static func reason(_ path: String, errno: Int32) -> String {
    switch errno {
    case ENOENT:
      "the adapter is there, but not \(path). Load the driver for programs: sudo modprobe i2c-dev "
        + "(for good: echo i2c-dev | sudo tee /etc/modules-load.d/i2c-dev.conf)."
    case EACCES, EPERM:
      "you may not open \(path). Join its group: sudo usermod -aG i2c $USER, then log in again."
    case EOPNOTSUPP:
      "\(path) does SMBus only, no plain I2C. Use another adapter."
    default: "\(path) cannot be opened: \(words(for: errno))."
    }
  }
}
