// SPDX-License-Identifier: Apache-2.0

extension FactReader {
  /// WDIOF_CARDRESET (linux/watchdog.h): the last start was the timer's doing.
  private static let cardReset = 0x20

  func watchdogs() -> [MachineFacts.Watchdog] {
    let folder = "/sys/class/watchdog"
    return tree.names(in: folder).filter { $0.hasPrefix("watchdog") }.map { name in
      let place = "\(folder)/\(name)"
      let boot = tree.number("\(place)/bootstatus") ?? 0
      return MachineFacts.Watchdog(
        name: name, identity: tree.text("\(place)/identity") ?? "",
        timeoutS: tree.number("\(place)/timeout"),
        isNowayout: tree.number("\(place)/nowayout") == 1,
        isActive: tree.text("\(place)/state") == "active",
        causedLastReset: boot & Self.cardReset != 0)
    }
  }

  /// The setting that wins: system.conf, then the drop-ins of all folders in the order of their
  /// names; a drop-in of an earlier folder hides one of the same name.
  /// Source: systemd-system.conf(5).
  func systemdWatchdog() -> MachineFacts.SystemdWatchdog? {
    let folders = ["/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd"]
    var dropIns: [String: String] = [:]
    for folder in folders.reversed() {
      for name in tree.names(in: "\(folder)/system.conf.d") where name.hasSuffix(".conf") {
        dropIns[name] = "\(folder)/system.conf.d/\(name)"
      }
    }
    let main = folders.map { "\($0)/system.conf" }.first { tree.exists($0) }
    let paths = [main].compactMap { $0 } + dropIns.sorted { $0.key < $1.key }.map(\.value)
    var found: MachineFacts.SystemdWatchdog?
    for path in paths {
      for line in tree.lines(path) {
        let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, trimmed(parts[0]) == "RuntimeWatchdogSec" else { continue }
        let value = trimmed(parts[1])
        found = ["", "0", "off"].contains(value) ? nil : .init(setting: value, path: path)
      }
    }
    return found
  }
}
