// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// A device that a test plays: what the kernel would do, 0 or more, or -errno.
protocol ScriptedDevice: AnyObject {
  func open() -> Int32
  func close()
  func ioctl(_ request: UInt64, _ argument: UnsafeMutableRawPointer?) -> Int32
  func read(_ bytes: UnsafeMutableRawBufferPointer) -> Int
  func write(_ bytes: [UInt8]) -> Int
  func map(offset: Int, length: Int) -> UnsafeMutableRawPointer?
  func readSMBusByte() -> Int32
}

extension ScriptedDevice {
  func open() -> Int32 { 0 }
  func close() {}
  func ioctl(_ request: UInt64, _ argument: UnsafeMutableRawPointer?) -> Int32 { -ENOTTY }
  func read(_ bytes: UnsafeMutableRawBufferPointer) -> Int { -Int(EAGAIN) }
  func write(_ bytes: [UInt8]) -> Int { bytes.count }
  func map(offset: Int, length: Int) -> UnsafeMutableRawPointer? { nil }
  func readSMBusByte() -> Int32 { -EOPNOTSUPP }
}

/// A device that only refuses to open.
final class RefusingDevice: ScriptedDevice {
  let errno: Int32
  init(errno: Int32) { self.errno = errno }
  func open() -> Int32 { -errno }
}

/// The system calls of CLinux, played: files of scripted devices by their paths below `root`, and
/// Linux's own for all others. It is never freed, as the real one is not.
final class ScriptedKernel {
  let root: String
  let table = UnsafeMutablePointer<umwelt_system>.allocate(capacity: 1)
  private var devices: [String: any ScriptedDevice] = [:]
  private var files: [Int32: any ScriptedDevice] = [:]
  private var nextFile: Int32 = 1_000_000
  private(set) var openFlags: [String: Int32] = [:]

  init(root: String) {
    self.root = root
    table.initialize(to: umwelt_linux().pointee)
    table.pointee.context = Unmanaged.passRetained(self).toOpaque()
    playFiles()
    playMemory()
  }

  /// How many files of scripted devices are open.
  var openCount: Int { files.count }

  func attach(_ device: any ScriptedDevice, at path: String) { devices[root + path] = device }

  private static func of(_ context: UnsafeMutableRawPointer?) -> ScriptedKernel {
    Unmanaged<ScriptedKernel>.fromOpaque(context!).takeUnretainedValue()
  }

  private func open(_ path: String, _ flags: Int32) -> Int32? {
    openFlags[path] = flags
    guard let device = devices[path] else { return nil }
    let result = device.open()
    if result < 0 { return result }
    nextFile += 1
    files[nextFile] = device
    return nextFile
  }

  private func playFiles() {
    table.pointee.open = { context, path, flags in
      let kernel = ScriptedKernel.of(context)
      return kernel.open(String(cString: path!), flags)
        ?? umwelt_linux().pointee.open(nil, path, flags)
    }
    table.pointee.close = { context, file in
      guard let device = ScriptedKernel.of(context).files.removeValue(forKey: file) else {
        return umwelt_linux().pointee.close(nil, file)
      }
      device.close()
      return 0
    }
    table.pointee.ioctl = { context, file, request, argument in
      guard let device = ScriptedKernel.of(context).files[file] else {
        // An emulated kernel says ENOTTY to a request that it does not know, whatever the file.
        return file < 0 ? -EBADF : umwelt_linux().pointee.ioctl(nil, file, request, argument)
      }
      return device.ioctl(request, argument)
    }
    table.pointee.read = { context, file, bytes, count in
      guard let device = ScriptedKernel.of(context).files[file] else {
        return umwelt_linux().pointee.read(nil, file, bytes, count)
      }
      return Int64(device.read(UnsafeMutableRawBufferPointer(start: bytes, count: Int(count))))
    }
    table.pointee.write = { context, file, bytes, count in
      guard let device = ScriptedKernel.of(context).files[file] else {
        return umwelt_linux().pointee.write(nil, file, bytes, count)
      }
      return Int64(device.write(Array(UnsafeRawBufferPointer(start: bytes, count: Int(count)))))
    }
    table.pointee.pwrite = { context, file, bytes, count, offset in
      guard let device = ScriptedKernel.of(context).files[file] else {
        return umwelt_linux().pointee.pwrite(nil, file, bytes, count, offset)
      }
      return Int64(device.write(Array(UnsafeRawBufferPointer(start: bytes, count: Int(count)))))
    }
  }

  private func playMemory() {
    table.pointee.map = { context, file, length, offset, memory in
      guard let device = ScriptedKernel.of(context).files[file] else { return -EBADF }
      memory?.pointee = device.map(offset: Int(offset), length: Int(length))
      return memory?.pointee == nil ? -EINVAL : 0
    }
    table.pointee.unmap = { _, _, _ in 0 }
    table.pointee.read_smbus_byte = { context, file in
      ScriptedKernel.of(context).files[file]?.readSMBusByte() ?? -EBADF
    }
  }
}
