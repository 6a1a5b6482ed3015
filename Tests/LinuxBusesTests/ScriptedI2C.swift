// SPDX-License-Identifier: Apache-2.0
import Glibc
import KernelHeaders

/// An I2C adapter's file that keeps a trace of what the kernel was asked.
///
/// A trace line is one I2C_RDWR, message by message: `W68:3B` writes 0x3B to 0x68, `R68*14` reads
/// 14 bytes. Reads give 1, 2, 3….
final class ScriptedI2C: ScriptedDevice {
  var functions = UInt(I2C_FUNC_I2C) | UInt(I2C_FUNC_SMBUS_READ_BYTE)
  private(set) var trace: [String] = []
  /// In steps of 10 ms.
  private(set) var timeoutSteps: Int?
  /// What the next I2C_RDWRs return instead; 0 is well.
  var outcomes: [Int32] = []
  /// What every I2C_RDWR with more than one message to read returns, as on a Raspberry Pi 4.
  var refusesBatches = false
  /// What `i2c_smbus_read_byte` gives.
  var smbusByte: Int32 = 0x5A
  /// What I2C_SLAVE returns.
  var slaveResult: Int32 = 0

  /// Whether the trace is kept; without it this asks for no memory.
  var keepsTrace = true

  func forget() { trace = [] }

  func ioctl(_ request: UInt64, _ argument: UnsafeMutableRawPointer?) -> Int32 {
    switch request {
    case UInt64(I2C_FUNCS):
      argument?.storeBytes(of: functions, as: UInt.self)
      return 0
    case UInt64(I2C_TIMEOUT):
      timeoutSteps = Int(bitPattern: argument)
      return 0
    case UInt64(I2C_SLAVE):
      trace.append("SLAVE \(String(Int(bitPattern: argument), radix: 16))")
      return slaveResult
    case UInt64(I2C_RDWR):
      guard let data = argument?.load(as: i2c_rdwr_ioctl_data.self) else { return -EFAULT }
      return transfer(UnsafeBufferPointer(start: data.msgs, count: Int(data.nmsgs)))
    default: return -ENOTTY
    }
  }

  func readSMBusByte() -> Int32 {
    trace.append("SMBus byte")
    return smbusByte
  }

  private func transfer(_ messages: UnsafeBufferPointer<i2c_msg>) -> Int32 {
    if keepsTrace { trace.append(messages.map(line).joined(separator: " ")) }
    let outcome = outcomes.isEmpty ? 0 : outcomes.removeFirst()
    if outcome != 0 { return outcome }
    var reads = 0
    for message in messages where Int32(message.flags) & I2C_M_RD != 0 {
      reads += 1
      for i in 0..<Int(message.len) { message.buf[i] = UInt8(i % 256) &+ 1 }
    }
    if refusesBatches, reads > 1 { return -EOPNOTSUPP }
    return Int32(messages.count)
  }

  private func line(_ message: i2c_msg) -> String {
    let address = String(message.addr, radix: 16)
    if message.flags == UInt16(I2C_M_RD) { return "R\(address)*\(message.len)" }
    precondition(message.flags == 0, "no other flags are ever used")
    let bytes = (0..<Int(message.len)).map { String(message.buf[$0], radix: 16, uppercase: true) }
    if bytes.count > 8 { return "W\(address)*\(bytes.count)" }
    return "W\(address):" + bytes.map { $0.count < 2 ? "0" + $0 : $0 }.joined(separator: ",")
  }
}
