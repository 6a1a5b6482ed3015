// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A PWM output through /sys/class/pwm (the kernel's Documentation/ABI/testing/sysfs-class-pwm).
public final class LinuxPWMOutput: PWMOutput {
  /// udev gives the files of a fresh output to their group a moment after they appear.
  private static let udevTries = 20
  private static let udevPause = Interval(nanoseconds: 50_000_000)

  public let name: String
  private let chip: PWMChip
  private let channel: Int
  private let wasExported: Bool
  private let periodFile: DeviceFile
  private let highFile: DeviceFile
  private let enableFile: DeviceFile
  private var period = Interval.zero

  /// - Parameter output: the kernel's name for it ("1f00098000.pwm/2").
  init(
    _ name: String, at output: String, files: MachineFiles, clock: any Clock,
    system: DeviceFile.System
  ) throws(HardwareError) {
    self.name = name
    (chip, channel) = try PWMChips(files: files).find(output)
    let folder = "\(chip.folder)/pwm\(channel)"
    wasExported = files.exists(folder)
    do throws(SystemError) {
      if !wasExported { try Self.write(channel, to: files.place("\(chip.folder)/export"), system) }
      let place = files.place(folder)
      periodFile = try Self.open("\(place)/period", clock, system)
      highFile = try Self.open("\(place)/duty_cycle", clock, system)
      enableFile = try Self.open("\(place)/enable", clock, system)
    } catch {
      throw HardwareError(
        kind: "PWM output", name: name, available: [], reason: Self.reason(folder, error.errno))
    }
  }

  deinit {
    umwelt_write_number(highFile.system, highFile.number, 0)
    umwelt_write_number(enableFile.system, enableFile.number, 0)
    if wasExported { return }
    let path = chip.files.place("\(chip.folder)/unexport")
    // Nobody is left to tell; the output is off already.
    do throws(SystemError) { try Self.write(channel, to: path, highFile.system) } catch {}
  }

  public func start(period: Interval) throws(PWMError) {
    precondition(period > .zero, "a period of \(period.nanoseconds) ns")
    // A high time left by somebody else must not be longer than the period; without a period yet
    // the kernel refuses even 0 (EINVAL).
    let first = umwelt_write_number(highFile.system, highFile.number, 0)
    if first < 0, first != -EINVAL { throw PWMError(output: name, errno: -first) }
    try write(period.nanoseconds, to: periodFile)
    self.period = period
    try write(0, to: highFile)
    try write(1, to: enableFile)
  }

  public func set(high: Interval) throws(PWMError) {
    precondition(high >= .zero && high <= period, "\(high.nanoseconds) of \(period.nanoseconds) ns")
    try write(high.nanoseconds, to: highFile)
  }

  public func stop() throws(PWMError) {
    if period == .zero { return }
    try write(0, to: highFile)
    try write(0, to: enableFile)
    period = .zero
  }

  private func write(_ number: Int64, to file: DeviceFile) throws(PWMError) {
    let result = umwelt_write_number(file.system, file.number, number)
    if result < 0 { throw PWMError(output: name, errno: -result) }
  }

  private static func write(
    _ number: Int, to path: String, _ system: DeviceFile.System
  ) throws(SystemError) {
    let file = try DeviceFile(path, for: .writing, system)
    try checked(umwelt_write_number(system, file.number, Int64(number)))
  }

  private static func open(
    _ path: String, _ clock: any Clock, _ system: DeviceFile.System
  ) throws(SystemError) -> DeviceFile {
    for _ in 1..<udevTries {
      do throws(SystemError) {
        return try DeviceFile(path, for: .writing, system)
      } catch {
        if error.errno != EACCES { throw error }
        clock.sleep(until: clock.now + udevPause)
      }
    }
    return try DeviceFile(path, for: .writing, system)
  }

  private static func reason(_ folder: String, _ errno: Int32) -> String {
    switch errno {
    case EBUSY: "\(folder) is in use by a driver in the kernel (a fan, a backlight). Use another."
    case EACCES, EPERM:
      "you may not write to \(folder). Install umwelt's udev rules, or run it as root."
    default: "\(folder) cannot be used: \(words(for: errno)). Is its overlay enabled?"
    }
  }
}

/// A chip of PWM outputs.
struct PWMChip: Equatable {
  let files: MachineFiles
  /// "/sys/class/pwm/pwmchip0": its number moves between boots.
  var folder: String
  /// "1f00098000.pwm": does not.
  var deviceName: String
  var outputCount: Int

  static func == (a: PWMChip, b: PWMChip) -> Bool { a.folder == b.folder }
}

/// The machine's PWM chips by the name of their device: an output is "1f00098000.pwm/2".
struct PWMChips {
  let files: MachineFiles

  var all: [PWMChip] {
    files.names(in: "/sys/class/pwm").compactMap { name in
      let folder = "/sys/class/pwm/\(name)"
      guard name.hasPrefix("pwmchip"), let count = files.line("\(folder)/npwm").flatMap({ Int($0) })
      else { return nil }
      return PWMChip(
        files: files, folder: folder,
        deviceName: files.nameOfDestination(of: "\(folder)/device") ?? name, outputCount: count)
    }
  }

  func find(_ name: String) throws(HardwareError) -> (PWMChip, channel: Int) {
    let all = self.all
    let parts = name.split(separator: "/")
    if parts.count == 2, let channel = Int(parts[1]), channel >= 0 {
      for chip in all where chip.deviceName == parts[0] || path(chip.folder, endsIn: "\(parts[0])")
      {
        if channel < chip.outputCount { return (chip, channel) }
      }
    }
    throw HardwareError(
      kind: "PWM output", name: name,
      available: all.map { "\($0.deviceName)/0…\($0.outputCount - 1)" },
      reason: all.isEmpty
        ? "this machine has no PWM output. Enable its overlay (on a Raspberry Pi: dtoverlay=pwm-2chan"
          + " in config.txt) and restart." : nil)
  }
}
