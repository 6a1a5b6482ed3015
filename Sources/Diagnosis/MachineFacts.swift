// SPDX-License-Identifier: Apache-2.0

/// What is known of the computer, as plain data. Nil is "nobody could tell", never "absent".
public struct MachineFacts: Equatable, Sendable {
  /// As the device tree or the firmware names it ("Raspberry Pi 5 Model B Rev 1.0").
  public var model: String?
  public var kernel = Kernel()
  public var cpu = CPU()
  public var i2cAdapters: [I2CAdapter] = []
  /// Nil where nobody could ask the kernel.
  public var gpioChips: [GPIOChip]?
  /// What each pin is used for; nil where only root may look.
  public var pins: [PinUse]?
  /// Nil where nobody could ask the kernel.
  public var cameras: [VideoDevice]?
  public var pwmChips: [PWMChip] = []
  public var watchdogs: [Watchdog] = []
  /// systemd's own use of the watchdog; nil when it leaves it alone.
  public var systemdWatchdog: SystemdWatchdog?
  /// What the guard wrote down when it stopped the robot last; nil when it never did.
  public var guardRecord: GuardStop?
  public var user = User()
  /// Files of /dev that a robot may need.
  public var nodes: [DeviceNode] = []
  public var limits = Limits()
  public var power = Power()
  public var temperatures: [Temperature] = []
  public var time = TimeKeeping()
  public var disk = Disk()
  public var memory = Memory()
  /// The firmware's or boot loader's settings (config.txt), without comments.
  public var boot: BootSettings?

  public init() {}

  /// Whether the computer is a Raspberry Pi, whose fixes differ from others'.
  public var isRaspberryPi: Bool { model?.hasPrefix("Raspberry Pi") ?? false }

  public struct Kernel: Equatable, Sendable {
    /// "6.12.25+rpt-rpi-2712"; empty when unknown.
    public var release = ""
    public var isRealTime = false

    public init(release: String = "", isRealTime: Bool = false) {
      (self.release, self.isRealTime) = (release, isRealTime)
    }
  }

  public struct CPU: Equatable, Sendable {
    public var cores = 1
    public var name: String?
    /// The kernel's words: "asimddp" is dotprod, "i8mm" is i8mm.
    public var features: Set<String> = []
    /// "ondemand"; nil without frequency scaling.
    public var governor: String?
    /// "cpufreq-dt", "intel_pstate"...
    public var frequencyDriver: String?

    public init() {}
  }

  /// What config.txt, armbianEnv.txt or extlinux.conf says.
  public struct BootSettings: Equatable, Sendable {
    public var path: String
    public var lines: [String]

    public init(path: String, lines: [String]) { (self.path, self.lines) = (path, lines) }
  }
}
