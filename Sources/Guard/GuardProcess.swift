// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import LinuxBuses
import Quantities
import Safety
import SocketBuses
import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The process `umwelt-guard`, from its arguments to its end.
public enum GuardProcess {
  /// Above the kernel's threaded interrupt handlers, which run at 50, so that no driver's work
  /// keeps it waiting; below the kernel's own watchdog and migration threads at 99.
  static let priority: Int32 = 80
  /// The guard kicks every 100 ms; the shortest that all of the kernel's drivers bear is longer.
  static let watchdogTimeout = Interval(nanoseconds: 15_000_000_000)
  /// A simulated one bears less.
  static let machineWatchdogTimeout = Interval(nanoseconds: 2_000_000_000)

  /// Exit codes: 0 asked to end, 2 wrong arguments, 3 the hardware refused.
  public static func main() -> Never {
    let words = Array(CommandLine.arguments.dropFirst())
    if words.contains("--help") || words.contains("-h") {
      print(GuardArguments.usage, terminator: "")
      exit(0)
    }
    let arguments: GuardArguments
    do throws(GuardArgumentError) { arguments = try GuardArguments(words) } catch {
      complain("\(error)")
      exit(2)
    }
    umwelt_hear_end()
    let loop: GuardLoop
    do { loop = try makeLoop(arguments) } catch {
      complain("\(error)")
      exit(3)
    }
    holdGround()
    run(loop)
    exit(0)
  }

  /// The lines first: from here on they are at rest and nobody else's.
  private static func makeLoop(_ arguments: GuardArguments) throws -> GuardLoop {
    let clock = MonotonicClock()
    let socket = try arguments.machine.map { try SocketHardware($0, clock: clock) }
    let linux = LinuxHardware()
    let hardware: any Hardware = socket ?? linux
    var lines: [GuardOutputs.Line] = []
    if let name = arguments.standby {
      lines.append(.init(try hardware.outputLine(name, restsHigh: false), restsHigh: false))
    }
    if let name = arguments.outputEnable {
      lines.append(.init(try hardware.outputLine(name, restsHigh: true), restsHigh: true))
    }
    let relays = try arguments.relays.map { try hardware.outputLine($0, restsHigh: false) }
    let chips = try arguments.chips.map {
      I2CDevice(bus: try hardware.i2cBus($0.bus), address: $0.address)
    }
    let outputs = GuardOutputs(lines: lines, relays: relays, chips: chips)
    outputs.silence()
    if outputs.hasFailed { complain("a PCA9685 does not answer yet: it is tried again at a stop") }
    let words = try SharedWords(arguments.memory, makes: true)
    // What a runtime left that is gone is not its silence; one that lives beats again.
    words.store(SIMD8(repeating: 0), in: .runtime)
    let record = try arguments.recordFolder.map {
      try GuardRecordFile(folder: $0, bootID: BootID.current())
    }
    var settings = GuardSettings()
    if let seconds = arguments.resetAfterS { settings.resetAfterS = Double(seconds) }
    // Last, for it resets the computer if anything above goes wrong.
    let watchdog = try arguments.watchdog.map { (path) -> any WatchdogTimer in
      if let socket, path == "machine" {
        return try socket.watchdog(timeout: machineWatchdogTimeout)
      }
      return try linux.watchdog(path, timeout: watchdogTimeout)
    }
    if watchdog?.causedLastReset == true { complain("the watchdog reset this computer last time") }
    return GuardLoop(
      words: words, outputs: outputs, watchdog: watchdog, record: record, settings: settings)
  }

  /// Nothing shall keep it from looking: not the scheduler, not a page that was put on disk.
  private static func holdGround() {
    let unlocked = RealTime.lockMemory()
    if unlocked != 0 {
      complain(
        "its memory is not locked (errno \(unlocked)). Give it CAP_IPC_LOCK, or LimitMEMLOCK="
          + "infinity in its unit.")
    }
    let unhurried = RealTime.takePriority(priority)
    if unhurried != 0 {
      complain(
        "it has no real-time priority (errno \(unhurried)). Give it CAP_SYS_NICE, or "
          + "LimitRTPRIO=\(priority) in its unit.")
    }
  }

  private static func run(_ loop: GuardLoop) {
    complain("ready")
    var next = umwelt_now_ns()
    while umwelt_is_end_asked() == 0 {
      umwelt_sleep_until_ns(next)
      let now = umwelt_now_ns()
      loop.look(now: Instant(nanoseconds: now))
      // A look that comes late is not made up for.
      next = max(next + GuardLoop.period.nanoseconds, now)
    }
    loop.end()
  }

  private static func complain(_ line: String) {
    let text = ByteText(capacity: 1024)
    text.add("umwelt-guard: ")
    text.add(line)
    text.tell()
  }
}
