// SPDX-License-Identifier: Apache-2.0

/// The timer that resets the computer when everything hangs: there, and whose.
enum WatchdogCheck: Check {
  /// Longer than this nobody calls it a watchdog. Own choice: a robot at a walking pace goes a
  /// long way in a minute.
  private static let longestS = 60

  static func look(_ evidence: Evidence) -> [Finding] {
    guard evidence.isRobot else { return [] }
    let stop = evidence.facts.guardRecord.map { [stopped($0)] } ?? []
    return stop + lookAtTimer(evidence)
  }

  private static func stopped(_ stop: MachineFacts.GuardStop) -> Finding {
    Finding(
      .guardStopped, .warning, .watchdog, at: stop.path, "Last time \(stop.what)",
      why: "What made it stop may be there still.",
      fix: [
        "journalctl -u umwelt -e   # what was said last",
        "rm \(stop.path)   # once it is mended"
      ])
  }

  private static func lookAtTimer(_ evidence: Evidence) -> [Finding] {
    let facts = evidence.facts
    guard let watchdog = evidence.watchdog else { return [missing(evidence)] }
    let place = "/dev/\(watchdog.name) (\(watchdog.identity))"
    var findings: [Finding] = []
    if watchdog.causedLastReset {
      findings.append(
        Finding(
          .watchdogReset, .warning, .watchdog, at: place, "The watchdog reset this computer.",
          why: "Something hung for longer than its timeout before the last start.",
          fix: ["journalctl -b -1 -e   # what was said last"]))
    }
    if let systemd = facts.systemdWatchdog { findings.append(owned(systemd, place)) }
    // What the computer's file says of it surprises nobody.
    if watchdog.isNowayout, evidence.board.computer?.watchdog?.canStop != false {
      findings.append(
        Finding(
          .watchdogNowayout, .note, .watchdog, at: place, "It cannot be stopped once it runs.",
          why: "The computer resets when the guard ends for any reason, an update included."))
    }
    if let timeoutS = watchdog.timeoutS, timeoutS > longestS {
      findings.append(
        Finding(
          .watchdogLong, .warning, .watchdog, at: place, "Its timeout is \(timeoutS) s.",
          why: "A robot whose computer hangs stays as it is for so long.",
          fix: ["wdctl   # what the timer can; a driver's default may be set in /etc/modprobe.d/"]))
    }
    return findings
  }

  static func fine(_ evidence: Evidence) -> String? {
    guard evidence.isRobot, let watchdog = evidence.watchdog else { return nil }
    return watchdog.identity + (watchdog.timeoutS.map { ", \($0) s" } ?? "")
  }

  private static func missing(_ evidence: Evidence) -> Finding {
    let facts = evidence.facts
    return Finding(
      .watchdogMissing, .warning, .watchdog,
      at: evidence.board.computer?.watchdog?.device ?? "/dev/watchdog0",
      "This computer has no hardware watchdog.",
      why: "When the kernel hangs, nothing stops the motors.",
      fix: facts.isRaspberryPi
        ? ["Write dtparam=watchdog=on into \(facts.boot?.path ?? "config.txt"), then sudo reboot"]
        : ["sudo modprobe softdog   # better than nothing; look for the SoC's own driver"])
  }

  /// Source of the override: systemd-system.conf(5): a later drop-in wins.
  private static func owned(_ systemd: MachineFacts.SystemdWatchdog, _ place: String) -> Finding {
    Finding(
      .watchdogOwned, .warning, .watchdog, at: place,
      "systemd holds it: RuntimeWatchdogSec=\(systemd.setting) in \(systemd.path).",
      why: "One program holds it at a time, and systemd kicks it while the robot's loop hangs.",
      fix: [
        "sudo mkdir -p /etc/systemd/system.conf.d",
        "printf '[Manager]\\nRuntimeWatchdogSec=0\\n' | sudo tee "
          + "/etc/systemd/system.conf.d/90-umwelt.conf",
        "sudo systemctl daemon-reexec"
      ])
  }
}

extension Evidence {
  /// The one that the computer's file names, or the first; "/dev/watchdog" is the first, too.
  fileprivate var watchdog: MachineFacts.Watchdog? {
    let device = board.computer?.watchdog?.device
    return facts.watchdogs.first { "/dev/\($0.name)" == device } ?? facts.watchdogs.first
  }
}
