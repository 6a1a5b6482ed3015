// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// A camera that the machine has.
public struct CameraFacts: Equatable, Sendable {
  /// "/dev/video0".
  public let path: String
  /// "HD USB Camera: HD USB Camera".
  public let card: String
  /// Where it is plugged in: "usb-0000:01:00.0-1.3".
  public let bus: String
  /// Whether it streams in a way that we can take.
  public let canStream: Bool
  /// Pixel formats by their four characters.
  public let formats: [String]
}

/// A watchdog that the machine has, by sysfs: opening its file would start it.
public struct WatchdogFacts: Equatable, Sendable {
  /// "/dev/watchdog0".
  public let path: String
  public let identity: String
  /// What it is set to; nil where the kernel does not tell.
  public let timeout: Interval?
  /// Whether it runs: somebody holds it, or held it and did not stop it.
  public let isRunning: Bool
  /// nowayout: nothing stops it once it runs.
  public let isNeverStopped: Bool
  /// Whether the driver says that it caused the last reset.
  public let causedLastReset: Bool
}

/// What there is, whether a board names it or not. Looking changes nothing and starts nothing.
extension LinuxHardware {
  public var i2cAdapters: [I2CAdapter] { I2CAdapters(files: files).all }

  public var gpioLines: [KernelLine] { GPIOLines(files: files).all }

  /// "1f00098000.pwm/0" and so on.
  public var pwmOutputs: [String] {
    PWMChips(files: files).all.flatMap { chip in
      (0..<chip.outputCount).map { "\(chip.deviceName)/\($0)" }
    }
  }

  public var cameras: [CameraFacts] {
    Cameras(files: files, system: system).found.map {
      CameraFacts(
        path: $0.path, card: $0.card, bus: $0.bus, canStream: $0.canCapture, formats: $0.formats)
    }
  }

  public var watchdogs: [WatchdogFacts] {
    files.names(in: "/sys/class/watchdog").map { name in
      let folder = "/sys/class/watchdog/\(name)"
      let status = files.line("\(folder)/bootstatus").flatMap { Int32($0) } ?? 0
      return WatchdogFacts(
        path: "/dev/\(name)", identity: files.line("\(folder)/identity") ?? "",
        timeout: files.line("\(folder)/timeout").flatMap { Double($0) }
          .map { Interval(seconds: $0) },
        isRunning: files.line("\(folder)/state") == "active",
        isNeverStopped: files.line("\(folder)/nowayout") == "1",
        causedLastReset: status & LinuxWatchdog.cardReset != 0)
    }
  }
}
