// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What a look at the computer's health is about, beside the computer itself.
public struct ComputerPlaces: Sendable {
  /// Whose free space counts; nil for none.
  public var stateFolder: String?
  /// Files that must stay what they are while the robot runs.
  public var modelFiles: [String] = []
  public var boardFiles: [String] = []

  public init() {}
}

/// Reads what the kernel tells of the computer's health. It waits for disks: not for the tick path.
package struct ComputerReader {
  private let files: MachineFiles
  private let stateFolder: String?
  private var model: FileWatch
  private var board: FileWatch
  private let temperatures: [String]
  private var supply: SupplyFiles
  private let memory: MemoryFiles

  /// Looks up which files there are; their numbers change, they do not.
  ///
  /// - Parameter root: the folder that holds the machine's /sys and /proc.
  package init(_ places: ComputerPlaces, root: String = "") {
    files = MachineFiles(root: root)
    stateFolder = places.stateFolder
    (model, board) = (FileWatch(places.modelFiles), FileWatch(places.boardFiles))
    let folder = "/sys/class/thermal"
    temperatures = files.names(in: folder).filter { $0.hasPrefix("thermal_zone") }
      .map { "\(folder)/\($0)/temp" }
    (supply, memory) = (SupplyFiles(files), MemoryFiles(files))
  }

  package mutating func read(now: Instant) -> ComputerState {
    var state = ComputerState(at: now)
    // A zone whose sensor is off refuses to be read.
    state.temperatureC = temperatures.compactMap { files.line($0).flatMap { Int($0) } }.max()
      .map { Double($0) / 1000 }
    (state.isUndervolted, state.isThrottled) = supply.read(files)
    state.freeDiskBytes = stateFolder.flatMap(freeBytes)
    state.availableMemoryBytes = memory.availableBytes(files)
    (state.hasModelChanged, state.hasBoardChanged) = (model.look(), board.look())
    return state
  }

  /// What is free for users other than root.
  private func freeBytes(_ folder: String) -> Int? {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return nil }
    // Some file systems in the network say all ones for "no limit".
    let (bytes, overflows) = UInt64(status.f_bavail).multipliedReportingOverflow(
      by: UInt64(status.f_frsize))
    return overflows ? .max : Int(clamping: bytes)
  }
}

/// Where a computer tells of its supply and of a CPU that it slows down.
private struct SupplyFiles {
  /// Source: Raspberry Pi documentation, vcgencmd get_throttled: bit 0 undervoltage, 1 frequency
  /// capped, 2 throttled, 3 soft temperature limit; the same 16 higher since the start.
  private static let undervoltage: UInt32 = 1
  private static let slowed: UInt32 = 0b1110
  private static let sinceStart: UInt32 = 16

  private let bits: String?
  private let alarm: String?
  private let coolers: [String]
  /// Undervoltage since the computer's start, as far as it was told: that is nobody's news.
  private var isDropKnown = false

  init(_ files: MachineFiles) {
    let platform = "/sys/devices/platform"
    bits = files.names(in: platform).filter { $0.hasPrefix("soc") }.flatMap { soc in
      files.names(in: "\(platform)/\(soc)").filter { $0.hasSuffix("firmware") }
        .map { "\(platform)/\(soc)/\($0)/get_throttled" }
    }.first(where: files.exists)
    let monitors = "/sys/class/hwmon"
    alarm = files.names(in: monitors)
      .first { files.line("\(monitors)/\($0)/name") == "rpi_volt" }
      .map { "\(monitors)/\($0)/in0_lcrit_alarm" }
    // Source: Linux, drivers/thermal/cpufreq_cooling.c: "cpufreq-cpu0", before 5.12
    // "thermal-cpufreq-0".
    let thermal = "/sys/class/thermal"
    coolers = files.names(in: thermal)
      .filter { files.line("\(thermal)/\($0)/type")?.contains("cpufreq-") ?? false }
      .map { "\(thermal)/\($0)/cur_state" }
    isDropKnown = Self.hasDropped(bits.flatMap { Self.bits($0, files) })
  }

  mutating func read(_ files: MachineFiles) -> (isUndervolted: Bool?, isThrottled: Bool?) {
    let bits = bits.flatMap { Self.bits($0, files) }
    // The bit since the start tells of a drop between two looks, once.
    let isNews = Self.hasDropped(bits) && !isDropKnown
    isDropKnown = isDropKnown || isNews
    let now = bits.map { $0 & Self.undervoltage != 0 || isNews }
    let alarm = alarm.flatMap(files.line).map { $0 == "1" }
    let slowed = bits.map { $0 & Self.slowed != 0 }
    let cooled = coolers.compactMap(files.line).compactMap { Int($0) }.max().map { $0 > 0 }
    return (either(now, alarm), either(slowed, cooled))
  }

  private static func hasDropped(_ bits: UInt32?) -> Bool {
    (bits ?? 0) >> sinceStart & undervoltage != 0
  }

  private static func bits(_ path: String, _ files: MachineFiles) -> UInt32? {
    files.line(path).flatMap { UInt32($0.hasPrefix("0x") ? $0.dropFirst(2) : $0[...], radix: 16) }
  }
}

/// Nil when neither knows.
private func either(_ a: Bool?, _ b: Bool?) -> Bool? {
  a == nil ? b : b == nil ? a : a == true || b == true
}
