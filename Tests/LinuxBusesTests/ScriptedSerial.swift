// SPDX-License-Identifier: Apache-2.0
import Glibc
import KernelHeaders

/// A serial driver that keeps its settings and sends as slowly as a test wants.
final class ScriptedSerial: ScriptedDevice {
  private(set) var settings = umwelt_kernel_termios2()
  private(set) var isLowLatency = false
  var hasSerialStruct = true
  /// The rate that the driver makes of any; nil takes what it is asked for.
  var actualRate: UInt32?
  var pending: Int32 = 0
  var sentEachLook: Int32 = 0
  /// What every request gives instead, from now on.
  var failure: Int32 = 0

  func ioctl(_ request: UInt64, _ argument: UnsafeMutableRawPointer?) -> Int32 {
    if failure != 0 { return failure }
    switch request {
    case request_TIOCEXCL, request_TCFLSH: return 0
    case request_TCGETS2: argument?.storeBytes(of: settings, as: umwelt_kernel_termios2.self)
    case request_TCSETS2:
      settings = argument?.load(as: umwelt_kernel_termios2.self) ?? settings
      settings.c_ospeed = actualRate ?? settings.c_ospeed
    case request_TIOCOUTQ:
      argument?.storeBytes(of: pending, as: Int32.self)
      pending = max(0, pending - sentEachLook)
    case request_TIOCGSERIAL:
      if !hasSerialStruct { return -ENOTTY }
    case request_TIOCSSERIAL:
      let flags = argument?.load(as: serial_struct.self).flags ?? 0
      isLowLatency = UInt32(bitPattern: flags) & umwelt_kernel_low_latency != 0
    default: return -ENOTTY
    }
    return 0
  }
}
