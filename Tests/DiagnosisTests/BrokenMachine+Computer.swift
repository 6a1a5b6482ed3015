// SPDX-License-Identifier: Apache-2.0
import Diagnosis

extension BrokenMachine {
  static let power = [
    BrokenMachine(
      "undervoltage now", .undervoltageNow, .error, says: "4.63 V", fix: "vcgencmd get_throttled"
    ) {
      $0.facts.power.throttled = 0x1
    },
    BrokenMachine(
      "the supply's monitor sounds", .undervoltageNow, .error, says: "supply", fix: "27 W"
    ) {
      $0.facts.power.isUndervoltage = true
    },
    BrokenMachine(
      "undervoltage since the start", .undervoltageEarlier, .warning, says: "since the start",
      fix: "5.1 V"
    ) {
      $0.facts.power.throttled = 0x10000
    },
    BrokenMachine("throttled now", .throttledNow, .warning, says: "now", fix: "heat sink") {
      $0.facts.power.throttled = 0x4
    },
    BrokenMachine(
      "soft limit since the start", .throttledEarlier, .warning, says: "since the start",
      fix: "vcgencmd measure_temp"
    ) {
      $0.facts.power.throttled = 0x80000
    },
    BrokenMachine("a hot CPU", .hot, .error, says: "83 °C", fix: "fan") {
      $0.facts.temperatures[0].celsius = 83
    },
    BrokenMachine("a CPU near its own limit", .hot, .warning, says: "from 99 °C", fix: "fan") {
      $0.facts.temperatures = [.init(zone: "cpu-thermal", celsius: 95, passiveC: 99)]
    }
  ]

  static let computers = rights + times + stores

  private static let rights = [
    BrokenMachine(
      "the board is for another computer", .wrongComputer, .error, says: "Raspberry Pi 4 Model B",
      fix: "umwelt board list"
    ) {
      $0.facts.model = "Raspberry Pi 4 Model B Rev 1.5"
    },
    BrokenMachine(
      "the user is not in the group i2c", .notInGroup, .error, says: "group i2c",
      fix: "sudo usermod -aG i2c $USER"
    ) {
      $0.facts.user.groupIDs.remove(993)
      $0.bench.refusals["i2c-1"] = "errno 13"
    },
    BrokenMachine(
      "the user is not in the group video", .notInGroup, .error, says: "/dev/video0",
      fix: "usermod -aG video"
    ) {
      $0.facts.user.groupIDs.remove(44)
    },
    BrokenMachine(
      "the user is not in the group dialout", .notInGroup, .warning, says: "/dev/ttyAMA10",
      fix: "usermod -aG dialout"
    ) {
      $0.facts.user.groupIDs.remove(20)
    },
    BrokenMachine(
      "a login waits on the console's port", .portHasLogin, .warning, says: "/dev/ttyAMA10",
      fix: "sudo systemctl disable --now serial-getty@ttyAMA10"
    ) {
      $0.facts.user.groupNames[5] = "tty"
      $0.facts.nodes[3] = .init(path: "/dev/ttyAMA10", mode: 0o620, owner: 0, group: 5)
    },
    BrokenMachine(
      "only root may use GPIO", .nodeNotShared, .error, says: "group root",
      fix: "SUBSYSTEM==\"gpio\", KERNEL==\"gpiochip*\", GROUP=\"gpio\", MODE=\"0660\""
    ) {
      $0.facts.nodes[1] = .init(path: "/dev/gpiochip0", mode: 0o600, owner: 0, group: 0)
    },
    BrokenMachine(
      "only root may use I2C", .nodeNotShared, .error, says: "mode 600",
      fix: "sudo udevadm control --reload"
    ) {
      $0.facts.nodes[0] = .init(path: "/dev/i2c-1", mode: 0o600, owner: 0, group: 0)
      $0.bench.refusals["i2c-1"] = "errno 13"
    },
    BrokenMachine(
      "no watchdog on a Pi", .watchdogMissing, .warning, says: "no hardware watchdog",
      fix: "dtparam=watchdog=on"
    ) {
      $0.facts.watchdogs = []
    },
    BrokenMachine(
      "no watchdog elsewhere", .watchdogMissing, .warning, says: "no hardware watchdog",
      fix: "softdog"
    ) {
      $0.facts.watchdogs = []
      $0.facts.model = "Orange Pi Zero 3"
      $0.forgetComputer()
    },
    BrokenMachine(
      "systemd has the watchdog", .watchdogOwned, .warning, says: "RuntimeWatchdogSec=1m",
      fix: "RuntimeWatchdogSec=0"
    ) {
      $0.facts.systemdWatchdog = .init(setting: "1m", path: "/usr/lib/x.conf")
    },
    BrokenMachine(
      "the watchdog cannot be stopped", .watchdogNowayout, .note, says: "cannot be stopped",
      fix: ""
    ) {
      $0.facts.watchdogs[0].isNowayout = true
    },
    BrokenMachine(
      "the watchdog reset the computer", .watchdogReset, .warning, says: "reset",
      fix: "journalctl -b -1"
    ) {
      $0.facts.watchdogs[0].causedLastReset = true
    },
    BrokenMachine(
      "the guard stopped the robot", .guardStopped, .warning, says: "fell silent",
      fix: "rm /var/lib/umwelt/guard.record"
    ) {
      $0.facts.guardRecord = .init(
        path: "/var/lib/umwelt/guard.record",
        what: "the guard stopped the robot: the runtime fell silent.")
    },
    BrokenMachine("a patient watchdog", .watchdogLong, .warning, says: "120 s", fix: "wdctl") {
      $0.facts.watchdogs[0].timeoutS = 120
    },
    BrokenMachine(
      "no real-time priority", .noRealTimePriority, .warning, says: "is 0, not 50",
      fix: "rtprio 50\" | sudo tee -a /etc/security/limits.d/umwelt.conf"
    ) {
      $0.facts.limits.realTimePriority = 0
    },
    BrokenMachine(
      "little memory may be locked", .memoryLockLow, .warning, says: "8 MiB", fix: "memlock"
    ) {
      $0.facts.limits.lockedBytes = 8 << 20
    },
    BrokenMachine(
      "the powersave governor", .powersaveGovernor, .warning, says: "powersave",
      fix: "echo performance | sudo tee"
    ) {
      $0.facts.cpu.governor = "powersave"
    },
    BrokenMachine(
      "an ordinary kernel", .kernelNotRealTime, .note, says: "not PREEMPT_RT", fix: ""
    ) {
      $0.facts.kernel.isRealTime = false
    }
  ]

  private static let times = [
    BrokenMachine(
      "the clock says 1970", .clockNotSet, .warning, says: "1970", fix: "sudo timedatectl set-ntp"
    ) {
      $0.facts.time.nowS = 40
    },
    BrokenMachine(
      "the clock is not synchronised", .clockNotSynchronised, .note, says: "not synchronised",
      fix: "timedatectl"
    ) {
      $0.facts.time.isSynchronised = false
    },
    BrokenMachine(
      "a slow clock source with a better one", .clockSourceSlow, .warning, says: "hpet",
      fix: "echo tsc | sudo tee"
    ) {
      $0.facts.time.source = "hpet"
      $0.facts.time.otherSources = ["acpi_pm", "tsc"]
    },
    BrokenMachine(
      "a slow clock source without a better one", .clockSourceSlow, .warning, says: "jiffies",
      fix: "dmesg"
    ) {
      $0.facts.time.source = "jiffies"
    }
  ]

  private static let stores = [
    BrokenMachine(
      "the disk is full", .diskFull, .error, says: "20 MiB are free", fix: "apt clean"
    ) {
      $0.facts.disk.freeBytes = 20 << 20
    },
    BrokenMachine(
      "the disk has no room for an hour", .diskLow, .warning, says: "an hour of recording",
      fix: "du -xh"
    ) {
      $0.facts.disk.freeBytes = 200 << 20
    },
    BrokenMachine(
      "the card went read-only", .diskReadOnly, .warning, says: "read-only", fix: "remount,rw"
    ) {
      $0.facts.disk.isReadOnly = true
    },
    BrokenMachine(
      "little memory is free", .memoryLow, .error, says: "30 MiB are free", fix: "ps -eo"
    ) {
      $0.facts.memory.availableBytes = 30 << 20
    },
    BrokenMachine("memory is swapped out", .swapOnDisk, .note, says: "/var/swap", fix: "swapoff") {
      $0.facts.memory.swapOnDisk = ["/var/swap"]
      $0.facts.memory.swapUsedBytes = 5 << 20
    }
  ]

  static let models = [
    BrokenMachine("the model is not there", .modelMissing, .error, says: "m.st", fix: "model") {
      $0.fit = .missing(path: "m.st")
    },
    BrokenMachine(
      "the model is broken", .modelBroken, .error, says: "truncated", fix: "umwelt model info m.st"
    ) {
      $0.fit = .broken(path: "m.st", why: "truncated")
    },
    BrokenMachine(
      "the CPU is too slow for the model", .modelTooSlow, .error, says: "One plan takes 400 ms",
      fix: "candidates: 48"
    ) {
      $0.fit = .measured(planMs: 400, engine: "neon", modelBytes: 1 << 20)
    },
    BrokenMachine(
      "the CPU is much too slow for the model", .modelTooSlow, .error, says: "2000 ms",
      fix: "smaller model"
    ) {
      $0.fit = .measured(planMs: 2000, engine: "reference", modelBytes: 1 << 20)
    },
    BrokenMachine(
      "plans end after their deadline", .modelLate, .warning, says: "250 ms",
      fix: "umwelt bench planner --board bench-rover"
    ) {
      $0.fit = .measured(planMs: 250, engine: "neon", modelBytes: 1 << 20)
    },
    BrokenMachine(
      "plans just fit", .modelTight, .note, says: "170 ms", fix: "candidates: 120"
    ) {
      $0.fit = .measured(planMs: 170, engine: "neon", modelBytes: 1 << 20)
    }
  ]
}
