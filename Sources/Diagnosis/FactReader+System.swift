// SPDX-License-Identifier: Apache-2.0

extension FactReader {
  /// The bits of the supply; only Raspberry Pis have them.
  func power() -> MachineFacts.Power {
    var power = MachineFacts.Power()
    let platform = "/sys/devices/platform"
    for soc in tree.names(in: platform) where soc.hasPrefix("soc") {
      for part in tree.names(in: "\(platform)/\(soc)") where part.hasSuffix("firmware") {
        guard let text = tree.text("\(platform)/\(soc)/\(part)/get_throttled") else { continue }
        let digits = text.hasPrefix("0x") ? String(text.dropFirst(2)) : text
        power.throttled = UInt32(digits, radix: 16)
      }
    }
    let monitors = "/sys/class/hwmon"
    for monitor in tree.names(in: monitors)
    where tree.text("\(monitors)/\(monitor)/name") == "rpi_volt" {
      power.isUndervoltage = tree.number("\(monitors)/\(monitor)/in0_lcrit_alarm").map { $0 == 1 }
    }
    return power
  }

  func temperatures() -> [MachineFacts.Temperature] {
    let folder = "/sys/class/thermal"
    return tree.names(in: folder).compactMap { zone in
      let zone = "\(folder)/\(zone)"
      guard let milli = tree.number("\(zone)/temp") else { return nil }
      let passive = tree.names(in: zone).filter {
        $0.hasPrefix("trip_point_") && tree.text("\(zone)/\($0)") == "passive"
      }.compactMap { tree.number("\(zone)/\($0.dropLast("type".count))temp") }.min()
      return MachineFacts.Temperature(
        zone: tree.text("\(zone)/type") ?? "", celsius: Double(milli) / 1000,
        passiveC: passive.map { Double($0) / 1000 })
    }
  }

  /// Only systemd-timesyncd leaves a mark in a file; of others nothing is known.
  func timeKeeping(nowS: Int) -> MachineFacts.TimeKeeping {
    var time = MachineFacts.TimeKeeping()
    time.nowS = nowS
    let daemon = "/run/systemd/timesync"
    if tree.exists(daemon) { time.isSynchronised = tree.exists("\(daemon)/synchronized") }
    let folder = "/sys/devices/system/clocksource/clocksource0"
    time.source = tree.text("\(folder)/current_clocksource")
    time.otherSources = words(tree.text("\(folder)/available_clocksource") ?? "").filter {
      $0 != time.source
    }
    return time
  }

  func disk() -> MachineFacts.Disk {
    var disk = MachineFacts.Disk()
    (disk.freeBytes, disk.totalBytes) = (tree.space()?.free, tree.space()?.total)
    // The last mount on a place is the one that is seen.
    let mounts = tree.lines("/proc/mounts").map(words)
    if let root = mounts.last(where: { $0.count > 3 && $0[1] == "/" }) {
      disk.isOverlay = root[2] == "overlay"
      disk.isReadOnly = root[3].split(separator: ",").contains("ro")
    }
    return disk
  }

  func memory() -> MachineFacts.Memory {
    var memory = MachineFacts.Memory()
    // Absurd numbers are no numbers.
    func bytes(_ kibibytes: String) -> Int? {
      Int(kibibytes).flatMap { (0..<(1 << 40)).contains($0) ? $0 * 1024 : nil }
    }
    for row in tree.lines("/proc/meminfo").map(words) where row.count > 1 {
      if row[0] == "MemTotal:" { memory.totalBytes = bytes(row[1]) }
      if row[0] == "MemAvailable:" { memory.availableBytes = bytes(row[1]) }
    }
    for row in tree.lines("/proc/swaps").dropFirst().map(words)
    where row.count > 3 && !row[0].hasPrefix("/dev/zram") {
      memory.swapOnDisk.append(row[0])
      memory.swapUsedBytes += bytes(row[3]) ?? 0
    }
    return memory
  }

  func user() -> MachineFacts.User {
    var user = MachineFacts.User()
    for row in tree.lines("/proc/self/status").map(words) {
      switch row.first {
      case "Uid:": user.id = row.count > 2 ? Int(row[2]) ?? 0 : 0
      case "Gid:": user.groupIDs.formUnion(row.dropFirst(2).prefix(1).compactMap { Int($0) })
      case "Groups:": user.groupIDs.formUnion(row.dropFirst().compactMap { Int($0) })
      case "CapEff:": user.capabilities = row.last.flatMap { UInt64($0, radix: 16) } ?? 0
      default: continue
      }
    }
    for line in tree.lines("/etc/group") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      if fields.count > 2, let id = Int(fields[2]) { user.groupNames[id] = String(fields[0]) }
    }
    return user
  }

  func nodes() -> [MachineFacts.DeviceNode] {
    tree.names(in: "/dev").filter { name in
      ["i2c-", "gpiochip", "video", "watchdog", "ttyS", "ttyAMA", "ttyTHS"].contains {
        name.hasPrefix($0)
      }
    }.compactMap { tree.node("/dev/\($0)") }
  }

  /// Source: Linux, fs/proc/base.c, proc_pid_limits: the name is 25 columns wide, then soft limit,
  /// hard limit and unit.
  func limits() -> MachineFacts.Limits {
    var limits = MachineFacts.Limits()
    for line in tree.lines("/proc/self/limits") {
      guard let soft = words(String(line.dropFirst(25))).first else { continue }
      if line.hasPrefix("Max realtime priority ") { limits.realTimePriority = Int(soft) }
      if line.hasPrefix("Max locked memory ") { limits.lockedBytes = Int(soft) }
    }
    return limits
  }
}
