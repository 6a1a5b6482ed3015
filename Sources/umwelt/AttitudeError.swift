// SPDX-License-Identifier: Apache-2.0
import Devices
import Estimation

/// Why there is no attitude.
enum AttitudeError: Error, CustomStringConvertible {
  /// The log is not one.
  case log(path: String, ImuLogError)
  /// Too few rows a second, or not two rows with time between them.
  case rate(path: String, hz: Double?)
  /// The driver refused the chip it was played into.
  case device(DeviceError)
  /// The chip's FIFO ran over, so that rows and samples no longer match.
  case samplesLost(path: String, rows: Int, read: Int)
  /// The result could not be written.
  case notWritten(path: String, why: String)

  /// Whether a file is at fault, rather than the work.
  var isBadFile: Bool {
    switch self {
    case .log, .rate, .notWritten: true
    case .device, .samplesLost: false
    }
  }

  var description: String {
    switch self {
    case .log(let path, let error): return "\(path): \(error)"
    case .rate(let path, let hz?):
      return
        "\(path): \(fixed(hz, 3)) rows a second; the filter needs 5 to 100000. Check the unit "
        + "of column t_s: it is seconds."
    case .rate(let path, nil):
      return "\(path): no two rows with time between them. Record for longer, or check column t_s."
    case .device(let error): return "\(error)"
    case .samplesLost(let path, let rows, let read):
      return
        "\(path): of \(rows) rows the driver read \(read); the chip's FIFO ran over. More than 85 "
        + "rows stand within 10 ms of one another: check column t_s, or leave --through out."
    case .notWritten(let path, let why):
      return "\(path): cannot be written: \(why). Check the folder, its permissions and the disk."
    }
  }
}
