// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import Quantities

/// What the board calls the computer's buses, lines, outputs and cameras; what is not listed is
/// called as the kernel calls it.
public struct LinuxNames: Sendable {
  /// Bus to adapter: its number ("i2c-1"), its driver's name or the end of its device path.
  public var buses: [String: String] = [:]
  /// Line to the kernel's line: its name, or chip label and offset ("pinctrl-rp1/17").
  public var lines: [String: String] = [:]
  /// Input lines, by the board's names, whose bias is to be set.
  public var biases: [String: LineBias] = [:]
  /// PWM output to device and channel ("1f00098000.pwm/2").
  public var pwmOutputs: [String: String] = [:]
  public var cameras: [String: CameraSettings] = [:]

  public init() {}
}

/// The machine that this runs on.
///
/// Everything is found by name when it is asked for, and is the asker's alone; only buses, which
/// chips share, are handed out again. Thread: one at a time.
public final class LinuxHardware: Hardware {
  public let clock: any Clock = MonotonicClock()
  /// Nil until `watchComputer`.
  public private(set) var computer: (any ComputerHealth)?
  private let names: LinuxNames
  let files: MachineFiles
  let system: DeviceFile.System
  private let i2cTimeout: Interval
  private var buses: [String: LinuxI2CBus] = [:]

  /// - Parameter i2cTimeout: how long one transfer may take.
  public convenience init(
    names: LinuxNames = LinuxNames(), i2cTimeout: Interval = LinuxI2CBus.defaultTimeout
  ) {
    self.init(names: names, i2cTimeout: i2cTimeout, root: "", system: umwelt_linux())
  }

  /// - Parameters:
  ///   - root: the folder that holds the machine's /dev and /sys.
  ///   - system: plays the kernel; lives for ever.
  package init(
    names: LinuxNames, i2cTimeout: Interval = LinuxI2CBus.defaultTimeout, root: String,
    system: UnsafePointer<umwelt_system>
  ) {
    (self.names, self.i2cTimeout, self.system) = (names, i2cTimeout, system)
    files = MachineFiles(root: root)
  }

  /// From here on `computer` tells how it is. What the files are now is what they shall stay.
  public func watchComputer(_ places: ComputerPlaces) {
    computer = LinuxComputer(ComputerReader(places, root: files.root), clock: clock)
  }

  public func i2cBus(_ name: String) throws(HardwareError) -> any I2CBus { try linuxI2CBus(name) }

  /// The same bus, with what only Linux has: probing, reopening, kernel drivers. Two names of one
  /// adapter are one bus.
  public func linuxI2CBus(_ name: String) throws(HardwareError) -> LinuxI2CBus {
    if let bus = buses[name] { return bus }
    let adapterName = names.buses[name] ?? name
    let adapter = try I2CAdapters(files: files).find(adapterName)
    let known = buses.values.first { $0.adapter == adapter }
    if let known {
      buses[name] = known
      return known
    }
    let bus = try LinuxI2CBus(adapterName, timeout: i2cTimeout, files: files, system: system)
    buses[name] = bus
    return bus
  }

  public func outputLine(
    _ name: String, restsHigh: Bool
  ) throws(HardwareError) -> any OutputLine {
    try LinuxOutputLine(name, at: place(of: name), restsHigh: restsHigh)
  }

  public func inputLine(_ name: String) throws(HardwareError) -> any InputLine {
    try LinuxInputLine(name, at: place(of: name), names.biases[name] ?? .asIs)
  }

  public func edgeLine(_ name: String, _ kind: EdgeKind) throws(HardwareError) -> any EdgeLine {
    try LinuxEdgeLine(name, at: place(of: name), kind, names.biases[name] ?? .asIs)
  }

  public func pwmOutput(_ name: String) throws(HardwareError) -> any PWMOutput {
    try LinuxPWMOutput(
      name, at: names.pwmOutputs[name] ?? name, files: files, clock: clock, system: system)
  }

  public func frameSource(_ name: String) throws(HardwareError) -> any FrameSource {
    try camera(name)
  }

  /// The same camera, with what only Linux has: its mode, counts and controls.
  public func camera(_ name: String) throws(HardwareError) -> LinuxCamera {
    try LinuxCamera(
      name, names.cameras[name] ?? CameraSettings(device: name), files: files, clock: clock,
      system: system)
  }

  /// - Parameter path: "/dev/ttyAMA0", or better a link that stays ("/dev/serial/by-id/…").
  public func serialPort(_ path: String, baud: Int) throws(SerialError) -> LinuxSerialPort {
    try LinuxSerialPort(path, path: files.place(path), baud: baud, system: system)
  }

  /// The watchdog runs from here on.
  ///
  /// - Parameter path: "/dev/watchdog0".
  public func watchdog(_ path: String, timeout: Interval) throws(WatchdogError) -> LinuxWatchdog {
    try LinuxWatchdog(path, timeout: timeout, files: files, system: system)
  }

  /// Clocks a bus free whose SDA a chip holds low, by two lines that nobody holds at this time.
  /// Returns whether SDA is high in the end.
  public func clearI2CBus(scl: String, sda: String) throws(HardwareError) -> Bool {
    let clear = I2CBusClear(
      scl: try LinuxOpenDrainLine(scl, at: place(of: scl)),
      sda: try LinuxInputLine(sda, at: place(of: sda), .asIs), clock: clock)
    do throws(LineError) { return try clear.run() } catch {
      throw HardwareError(
        kind: "GPIO line", name: error.line, available: [], reason: error.description)
    }
  }

  private func place(of line: String) throws(HardwareError) -> KernelLine {
    try GPIOLines(files: files).find(names.lines[line] ?? line)
  }
}
