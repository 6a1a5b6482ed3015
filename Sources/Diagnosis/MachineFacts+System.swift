// SPDX-License-Identifier: Apache-2.0

extension MachineFacts {
  /// One hardware watchdog, as /sys/class/watchdog tells it.
  public struct Watchdog: Equatable, Sendable {
    /// "watchdog0".
    public var name: String
    /// "Broadcom BCM2835 Watchdog timer".
    public var identity: String
    public var timeoutS: Int?
    /// Once open, closing it does not stop it.
    public var isNowayout: Bool
    /// Somebody holds it.
    public var isActive: Bool
    /// The last start was this timer's doing.
    public var causedLastReset: Bool

    public init(
      name: String, identity: String, timeoutS: Int? = nil, isNowayout: Bool = false,
      isActive: Bool = false, causedLastReset: Bool = false
    ) {
      (self.name, self.identity, self.timeoutS) = (name, identity, timeoutS)
      (self.isNowayout, self.isActive) = (isNowayout, isActive)
      self.causedLastReset = causedLastReset
    }
  }

  /// The guard stopped the robot.
  public struct GuardStop: Equatable, Sendable {
    /// The file that says so.
    public var path: String
    /// What happened, in sentences.
    public var what: String

    public init(path: String, what: String) { (self.path, self.what) = (path, what) }
  }

  /// systemd kicks the watchdog itself.
  public struct SystemdWatchdog: Equatable, Sendable {
    /// As written: "1m".
    public var setting: String
    /// The file that says so.
    public var path: String

    public init(setting: String, path: String) { (self.setting, self.path) = (setting, path) }
  }

  /// Who asks.
  public struct User: Equatable, Sendable {
    public var id = 0
    public var groupIDs: Set<Int> = []
    /// Of all groups of the system.
    public var groupNames: [Int: String] = [:]
    /// Effective capabilities, a bit each (linux/capability.h).
    public var capabilities: UInt64 = 0

    public init() {}

    public func has(_ capability: Capability) -> Bool {
      capabilities >> UInt64(capability.rawValue) & 1 == 1
    }

    public func isIn(_ group: String) -> Bool {
      groupNames.contains { $0.value == group && groupIDs.contains($0.key) }
    }
  }

  /// Source: Linux, include/uapi/linux/capability.h.
  public enum Capability: Int, Sendable {
    /// May open whatever the file modes say.
    case overrideModes = 1
    case lockMemory = 14
    case setPriorities = 23
  }

  /// One file of /dev.
  public struct DeviceNode: Equatable, Sendable {
    public var path: String
    /// The permission bits.
    public var mode: Int
    public var owner: Int
    public var group: Int

    public init(path: String, mode: Int, owner: Int, group: Int) {
      (self.path, self.mode, self.owner, self.group) = (path, mode, owner, group)
    }

    /// Whether the file modes let `user` read and write.
    public func isOpen(to user: User) -> Bool {
      if user.has(.overrideModes) { return true }
      if owner == user.id { return mode & 0o600 == 0o600 }
      if user.groupIDs.contains(group) { return mode & 0o060 == 0o060 }
      return mode & 0o006 == 0o006
    }
  }

  /// Soft limits of this process; nil is unlimited.
  public struct Limits: Equatable, Sendable {
    public var realTimePriority: Int? = 0
    public var lockedBytes: Int? = 0

    public init() {}
  }

  public struct Power: Equatable, Sendable {
    /// The bits of `vcgencmd get_throttled`: 0 undervoltage, 1 capped, 2 throttled, 3 soft limit,
    /// and the same 16 higher for "since the start".
    public var throttled: UInt32?
    /// What the supply's monitor (hwmon rpi_volt) says.
    public var isUndervoltage: Bool?

    public init() {}
  }

  public struct Temperature: Equatable, Sendable {
    /// "cpu-thermal".
    public var zone: String
    public var celsius: Double
    /// From where on the kernel slows the CPU down.
    public var passiveC: Double?

    public init(zone: String, celsius: Double, passiveC: Double? = nil) {
      (self.zone, self.celsius, self.passiveC) = (zone, celsius, passiveC)
    }
  }

  public struct TimeKeeping: Equatable, Sendable {
    /// Seconds since 1970 on the wall clock.
    public var nowS: Int = 0
    public var isSynchronised: Bool?
    /// "arch_sys_counter", "tsc".
    public var source: String?
    public var otherSources: [String] = []

    public init() {}
  }

  public struct Disk: Equatable, Sendable {
    public var freeBytes: Int?
    public var totalBytes: Int?
    public var isReadOnly = false
    /// An overlay on a read-only root is meant to be that way.
    public var isOverlay = false

    public init() {}
  }

  public struct Memory: Equatable, Sendable {
    public var totalBytes: Int?
    public var availableBytes: Int?
    /// Swap files and partitions in use; compressed memory (zram) is none.
    public var swapOnDisk: [String] = []
    public var swapUsedBytes = 0

    public init() {}
  }
}
