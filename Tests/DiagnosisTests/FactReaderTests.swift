// SPDX-License-Identifier: Apache-2.0
import Diagnosis
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What is read from the files of real-looking computers.
@Suite struct FactReaderTests {
  private func facts(_ files: [String: String]) throws -> MachineFacts {
    let tree = try FileTree(files)
    defer { withExtendedLifetime(tree) {} }
    return FactReader(root: tree.root, survey: NoSurvey(), nowS: 1_750_000_000).read()
  }

  @Test("a pipe in a stored tree is absent, not waited for")
  func pipe() throws {
    let tree = try FileTree(["/proc/cpuinfo": "processor : 0\n"])
    try #require(mkfifo(tree.root + "/proc/meminfo", 0o600) == 0)
    let facts = FactReader(root: tree.root, survey: NoSurvey(), nowS: 1_750_000_000).read()
    #expect(facts.cpu.cores == 1 && facts.memory.totalBytes == nil)
  }

  @Test("a Pi 5 tells its model, kernel and CPU")
  func pi5System() throws {
    let facts = try facts(ComputerTrees.pi5)
    #expect(facts.model == "Raspberry Pi 5 Model B Rev 1.0")
    #expect(facts.isRaspberryPi)
    #expect(facts.kernel == .init(release: "6.12.25+rpt-rpi-2712-rt", isRealTime: true))
    #expect(facts.cpu.cores == 4)
    #expect(facts.cpu.features.isSuperset(of: ["asimddp", "crc32"]))
    #expect(!facts.cpu.features.contains("i8mm"))
    #expect(facts.cpu.governor == "ondemand" && facts.cpu.frequencyDriver == "cpufreq-dt")
  }

  @Test("a Pi 5 tells its buses, with what the kernel has on them")
  func pi5Buses() throws {
    let facts = try facts(ComputerTrees.pi5)
    let adapter = try #require(facts.i2cAdapters.first)
    #expect(facts.i2cAdapters.count == 1)
    #expect(adapter.number == 1 && adapter.name == "Synopsys DesignWare I2C adapter")
    #expect(
      adapter.devicePath == "/sys/devices/platform/axi/1000120000.pcie/1f00074000.i2c")
    #expect(adapter.speedHz == 0x0006_1A00)
    #expect(
      adapter.kernelClients == [.init(address: 0x51, name: "pcf85063a", driver: "rtc-pcf85063")])
    for name in [
      "i2c-1", "/dev/i2c-1", "Synopsys DesignWare I2C adapter", "1f00074000.i2c",
      "1000120000.pcie/1f00074000.i2c"
    ] { #expect(adapter.isCalled(name), "\(name)") }
    #expect(!adapter.isCalled("i2c-11") && !adapter.isCalled("0074000.i2c"))
    let pwm = try #require(facts.pwmChips.first)
    #expect(pwm.name == "pwmchip0" && pwm.outputs == 4)
    #expect(pwm.devicePath.hasSuffix("1f00098000.pwm/pwm/pwmchip0"))
  }

  @Test("pinmux-pins tells who has a pin, in both of the kernel's formats")
  func pinmux() throws {
    let pins = try #require(try facts(ComputerTrees.pi5).pins)
    #expect(pins.map(\.pin) == [2, 17, 27])
    #expect(pins.map(\.owner) == ["1f00074000.i2c", nil, nil])
    #expect(pins.first?.function == "i2c1" && pins.first?.name == "gpio2")
    let strict = try facts([
      "/sys/kernel/debug/pinctrl/fe200000.gpio-pinctrl-bcm2711/pinmux-pins":
        "pin 14 (gpio14): device fe201000.serial function alt5 group gpio14\n"
        + "pin 17 (gpio17): GPIO pinctrl-bcm2711:529\npin 18 (gpio18): UNCLAIMED\nnonsense\n"
    ])
    #expect(strict.pins?.map(\.owner) == ["fe201000.serial", nil, nil])
    #expect(strict.pins?.first?.function == "alt5")
  }

  @Test("the last systemd drop-in decides who has the watchdog")
  func systemdWatchdog() throws {
    #expect(try facts(ComputerTrees.pi5).systemdWatchdog == nil)
    var files = ComputerTrees.pi5
    files["/etc/systemd/system.conf.d/90-umwelt.conf"] = nil
    let path = "/usr/lib/systemd/system.conf.d/40-rpi-enable-watchdog.conf"
    #expect(try facts(files).systemdWatchdog == .init(setting: "1m", path: path))
    files["/etc/systemd/system.conf.d/40-rpi-enable-watchdog.conf"] = "# hidden\n"
    #expect(try facts(files).systemdWatchdog == nil)
    #expect(
      try facts(ComputerTrees.jetson).systemdWatchdog
        == .init(setting: "30", path: "/etc/systemd/system.conf"))
  }

  @Test("a Pi 5 tells its supply, heat, time, memory and boot settings")
  func pi5Rest() throws {
    let facts = try facts(ComputerTrees.pi5)
    #expect(facts.power.throttled == 0 && facts.power.isUndervoltage == false)
    #expect(facts.temperatures == [.init(zone: "cpu-thermal", celsius: 48.85)])
    #expect(facts.time.isSynchronised == true && facts.time.source == "arch_sys_counter")
    #expect(facts.time.nowS == 1_750_000_000)
    #expect(!facts.disk.isReadOnly && !facts.disk.isOverlay)
    #expect((facts.disk.totalBytes ?? 0) > 0, "of the disk that holds the tree")
    #expect(facts.memory.totalBytes == 8_256_640 * 1024)
    #expect(facts.memory.availableBytes == 7 << 30)
    #expect(facts.memory.swapOnDisk.isEmpty, "compressed memory is no disk")
    #expect(
      facts.boot
        == .init(path: "/boot/firmware/config.txt", lines: ["dtparam=i2c_arm=on", "[all]"]))
    #expect(
      facts.nodes.map(\.path) == ["/dev/i2c-1", "/dev/video0", "/dev/gpiochip0", "/dev/watchdog0"])
    #expect(facts.gpioChips == nil, "only ioctls tell")
  }

  @Test("the supply's sticky bits are read as hexadecimal, with or without 0x")
  func throttled() throws {
    for text in ["50005\n", "0x50005\n"] {
      let facts = try facts(["/sys/devices/platform/soc/soc:firmware/get_throttled": text])
      #expect(facts.power.throttled == 0x50005)
    }
  }

  @Test("the process tells its groups, rights and limits")
  func user() throws {
    let facts = try facts(ComputerTrees.pi5)
    #expect(facts.user.id == 1000)
    #expect(facts.user.isIn("i2c") && facts.user.isIn("video") && facts.user.isIn("pi"))
    #expect(!facts.user.isIn("dialout") && !facts.user.isIn("root"))
    #expect(!facts.user.has(.setPriorities))
    #expect(facts.limits.realTimePriority == 95 && facts.limits.lockedBytes == nil)
    let root = try self.facts(ComputerTrees.pc).user
    #expect(root.id == 0 && root.has(.setPriorities) && root.has(.overrideModes))
  }

  @Test("a Jetson tells its two buses, its watchdog and when it slows down")
  func jetson() throws {
    let facts = try facts(ComputerTrees.jetson)
    #expect(facts.model == "NVIDIA Jetson Orin Nano Developer Kit" && !facts.isRaspberryPi)
    #expect(facts.kernel.isRealTime && facts.cpu.features.contains("i8mm"))
    #expect(facts.i2cAdapters.map(\.number) == [1, 7])
    #expect(facts.i2cAdapters.first?.kernelClients.first?.driver == "ina3221")
    #expect(facts.i2cAdapters.last?.kernelClients == [])
    #expect(
      facts.watchdogs == [
        .init(
          name: "watchdog0", identity: "Tegra WDT", timeoutS: 120, isNowayout: true,
          isActive: true, causedLastReset: true)
      ])
    #expect(facts.temperatures.first?.passiveC == 99)
    #expect(facts.cameras?.map(\.card) == ["vi-output, imx219 9-0010"])
    #expect(facts.boot?.path == "/boot/extlinux/extlinux.conf")
    #expect(facts.power.throttled == nil && facts.power.isUndervoltage == nil)
  }

  @Test("a PC tells its maker, flags, overlay, swap and clock sources")
  func pc() throws {
    let facts = try facts(ComputerTrees.pc)
    #expect(facts.model == "LENOVO 20XW")
    #expect(!facts.kernel.isRealTime && facts.cpu.cores == 2)
    #expect(facts.cpu.features.contains("avx512_vnni"))
    #expect(facts.disk.isOverlay && facts.disk.isReadOnly)
    #expect(facts.memory.swapOnDisk == ["/dev/sda2"] && facts.memory.swapUsedBytes == 2 << 20)
    #expect(facts.time.isSynchronised == false)
    #expect(facts.time.source == "hpet" && facts.time.otherSources == ["tsc", "acpi_pm"])
    #expect(facts.i2cAdapters.isEmpty && facts.watchdogs.isEmpty && facts.cameras?.isEmpty == true)
  }

  @Test("an empty tree tells nothing, and does not fail")
  func empty() throws {
    let facts = try facts(["/proc/nothing": ""])
    #expect(facts.model == nil && facts.cpu.cores == 1 && facts.time.source == nil)
    #expect(facts.memory.availableBytes == nil && facts.boot == nil && facts.pins == nil)
  }

  @Test("garbage in the files is read as nothing, not as numbers")
  func garbage() throws {
    let facts = try facts([
      "/proc/meminfo": "MemTotal:\nMemAvailable: 9223372036854775807 kB\n",
      "/proc/swaps": "x\n/dev/sda1 y\n",
      "/proc/mounts": "/\n", "/proc/self/limits": "Max realtime priority\nMax locked memory\n",
      "/proc/self/status": "Uid:\nGroups:\t4x\nCapEff:\tzz\n", "/etc/group": "a:b\n::\n",
      "/sys/bus/i2c/devices/i2c-x/name": "?", "/sys/bus/i2c/devices/1-a068/name": "?",
      "/sys/class/thermal/thermal_zone0/temp": "hot",
      "/sys/class/watchdog/watchdog0/timeout": "soon",
      "/sys/devices/platform/soc/soc:firmware/get_throttled": "no"
    ])
    #expect(facts.memory == .init() && facts.i2cAdapters.isEmpty && facts.temperatures.isEmpty)
    #expect(facts.limits.realTimePriority == 0 && facts.user.capabilities == 0)
    #expect(facts.watchdogs.first?.timeoutS == nil && facts.power.throttled == nil)
  }
}
