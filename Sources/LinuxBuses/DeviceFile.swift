// SPDX-License-Identifier: Apache-2.0
import CLinux

/// An open file of a device, closed with its owner.
final class DeviceFile {
  /// Linux, or what plays it in a test; outlives every file.
  typealias System = UnsafePointer<umwelt_system>

  enum Purpose {
    case reading, writing, both

    var bits: Int32 {
      switch self {
      case .reading: Int32(UMWELT_FOR_READING)
      case .writing: Int32(UMWELT_FOR_WRITING)
      case .both: Int32(UMWELT_FOR_READING | UMWELT_FOR_WRITING)
      }
    }
  }

  let system: System
  private(set) var number: Int32

  init(_ path: String, for purpose: Purpose, _ system: System) throws(SystemError) {
    self.system = system
    number = try checked(umwelt_open(system, path, purpose.bits))
  }

  deinit { close() }

  /// Idempotent.
  func close() {
    if number >= 0 { umwelt_close(system, number) }
    number = -1
  }
}
