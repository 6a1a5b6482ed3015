// SPDX-License-Identifier: Apache-2.0
import Buses
import Foundation
import Glibc
import LinuxBuses
import Quantities

/// A folder with a /dev and a /sys of a test's own, gone with it, and a kernel that is played.
final class TemporaryMachine {
  let root: String
  let kernel: ScriptedKernel

  init() {
    var template = Array("/tmp/umwelt-linux-XXXXXX".utf8CString)
    precondition(mkdtemp(&template) != nil, "no temporary folder")
    root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    kernel = ScriptedKernel(root: root)
    folder("/dev")
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: root) } catch {
      print("\(root) stays: \(error)")
    }
  }

  func hardware(_ names: LinuxNames = LinuxNames()) -> LinuxHardware {
    LinuxHardware(names: names, root: root, system: kernel.table)
  }

  func folder(_ path: String) {
    var place = root
    for part in path.split(separator: "/") {
      place += "/\(part)"
      mkdir(place, 0o755)
    }
  }

  func file(_ path: String, _ text: String = "") {
    folder(path.split(separator: "/").dropLast().joined(separator: "/"))
    let file = open(root + path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    precondition(write(file, text, text.utf8.count) == text.utf8.count, "\(path) not written")
    close(file)
  }

  func text(_ path: String) -> String {
    let file = open(root + path, O_RDONLY)
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = read(file, &bytes, bytes.count)
    close(file)
    return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
  }

  /// A link to a place on this machine.
  func link(_ path: String, to destination: String) {
    folder(path.split(separator: "/").dropLast().joined(separator: "/"))
    precondition(symlink(root + destination, root + path) == 0, "\(path) not linked")
  }

  /// A device's file, which only has to be there: the kernel is played.
  func deviceFile(_ path: String, _ device: any ScriptedDevice) {
    file(path)
    kernel.attach(device, at: path)
  }

  /// An I2C adapter as sysfs shows it.
  func adapter(
    _ number: Int, name: String, at path: String, node: String? = nil,
    _ device: any ScriptedDevice
  ) {
    let place = "/sys/devices/\(path)/i2c-\(number)"
    file("\(place)/name", name + "\n")
    link("/sys/bus/i2c/devices/i2c-\(number)", to: place)
    if let node {
      folder("/sys/firmware/devicetree/base/\(node)")
      link("\(place)/of_node", to: "/sys/firmware/devicetree/base/\(node)")
    }
    deviceFile("/dev/i2c-\(number)", device)
  }
}

/// What a call throws, if it is of that type.
func thrown<Failure: Error, Result>(
  _ type: Failure.Type, _ body: () throws -> Result
) -> Failure? {
  do {
    _ = try body()
    return nil
  } catch { return error as? Failure }
}
