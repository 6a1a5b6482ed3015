// SPDX-License-Identifier: Apache-2.0

/// Reads what the files of a Linux computer tell of it. It opens nothing of /dev.
public struct FactReader {
  let tree: FactTree
  private let survey: any DeviceSurvey
  private let nowS: Int

  /// - Parameters:
  ///   - root: "/" for this computer; a folder with the same layout for a stored or made-up one.
  ///   - survey: what the files do not have.
  ///   - nowS: the wall clock, seconds since 1970.
  public init(root: String, survey: any DeviceSurvey, nowS: Int) {
    (tree, self.survey, self.nowS) = (FactTree(root: root), survey, nowS)
  }

  public func read() -> MachineFacts {
    var facts = MachineFacts()
    facts.model = model()
    facts.kernel = kernel()
    facts.cpu = cpu()
    facts.i2cAdapters = i2cAdapters()
    facts.gpioChips = survey.gpioChips()
    facts.pins = pins()
    facts.cameras = survey.cameras() ?? cameras()
    facts.pwmChips = pwmChips()
    facts.watchdogs = watchdogs()
    facts.systemdWatchdog = systemdWatchdog()
    facts.user = user()
    facts.nodes = nodes()
    facts.limits = limits()
    facts.power = power()
    facts.temperatures = temperatures()
    facts.time = timeKeeping(nowS: nowS)
    facts.disk = disk()
    facts.memory = memory()
    facts.boot = boot()
    return facts
  }

  /// The device tree's name, or the maker and product of a PC.
  private func model() -> String? {
    let trees = ["/sys/firmware/devicetree/base", "/proc/device-tree"]
    if let name = trees.lazy.compactMap({ tree.text("\($0)/model") }).first { return name }
    let parts = ["sys_vendor", "product_name"].compactMap { tree.text("/sys/class/dmi/id/\($0)") }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }

  private func kernel() -> MachineFacts.Kernel {
    MachineFacts.Kernel(
      release: tree.text("/proc/sys/kernel/osrelease") ?? "",
      isRealTime: tree.number("/sys/kernel/realtime") == 1
        || (tree.text("/proc/version")?.contains("PREEMPT_RT") ?? false))
  }

  private func cpu() -> MachineFacts.CPU {
    var cpu = MachineFacts.CPU()
    var cores = 0
    for line in tree.lines("/proc/cpuinfo") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let key = trimmed(line[..<colon])
      let value = trimmed(line[line.index(after: colon)...])
      switch key {
      case "processor": cores += 1
      case "model name": cpu.name = value
      case "Features", "flags": cpu.features.formUnion(words(value))
      default: continue
      }
    }
    cpu.cores = max(1, cores)
    let scaling = "/sys/devices/system/cpu/cpu0/cpufreq"
    cpu.governor = tree.text("\(scaling)/scaling_governor")
    cpu.frequencyDriver = tree.text("\(scaling)/scaling_driver")
    return cpu
  }

  private func boot() -> MachineFacts.BootSettings? {
    for path in [
      "/boot/firmware/config.txt", "/boot/config.txt", "/boot/armbianEnv.txt",
      "/boot/orangepiEnv.txt", "/boot/extlinux/extlinux.conf"
    ] where tree.exists(path) {
      let lines = tree.lines(path).map { trimmed($0[...]) }
      return MachineFacts.BootSettings(
        path: path, lines: lines.filter { !$0.isEmpty && !$0.hasPrefix("#") })
    }
    return nil
  }
}
