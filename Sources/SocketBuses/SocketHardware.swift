// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// A machine in another process, which several may use: `umwelt sim machine`.
///
/// Lines are their first asker's alone and fall back to their pull when it is gone, as on Linux.
/// Asks for no memory once everything is open. Thread: one at a time.
public final class SocketHardware: Hardware {
  public let clock: any Clock
  private let socket: MachineSocket

  /// - Parameters:
  ///   - path: of the machine's socket.
  ///   - clock: shows CLOCK_MONOTONIC.
  public init(_ path: String, clock: any Clock) throws(HardwareError) {
    self.clock = clock
    do throws(MachineSocket.Failure) { socket = try MachineSocket(path) } catch {
      throw HardwareError(
        kind: "machine", name: path, available: [],
        reason: "nobody answers (errno \(error.errno)). Start one: umwelt sim machine --socket "
          + path)
    }
  }

  public func i2cBus(_ name: String) throws(HardwareError) -> any I2CBus {
    var results = try open(.openBus, "I2C bus", name) { $0.add(name) }
    guard let number = results.number(UInt8.self), let bears = results.flag() else {
      throw garbled("I2C bus", name)
    }
    return SocketBus(name: name, number: number, bearsClockStretching: bears, socket: socket)
  }

  public func outputLine(
    _ name: String, restsHigh: Bool
  ) throws(HardwareError) -> any OutputLine {
    var results = try open(.openOutput, "GPIO line", name) {
      $0.add(name)
      $0.add(restsHigh)
    }
    guard let number = results.number(UInt8.self) else { throw garbled("GPIO line", name) }
    return SocketLine(name: name, number: number, socket: socket)
  }

  public func inputLine(_ name: String) throws(HardwareError) -> any InputLine {
    var results = try open(.openInput, "GPIO line", name) { $0.add(name) }
    guard let number = results.number(UInt8.self) else { throw garbled("GPIO line", name) }
    return SocketLine(name: name, number: number, socket: socket)
  }

  public func edgeLine(_ name: String, _ kind: EdgeKind) throws(HardwareError) -> any EdgeLine {
    var results = try open(.openEdges, "GPIO line", name) {
      $0.add(name)
      $0.add(kind.code)
    }
    guard let number = results.number(UInt8.self) else { throw garbled("GPIO line", name) }
    return SocketLine(name: name, number: number, socket: socket)
  }

  public func pwmOutput(_ name: String) throws(HardwareError) -> any PWMOutput {
    throw HardwareError(
      kind: "PWM output", name: name, available: [],
      reason: "a machine behind a socket has none. Use channels of a PWM chip.")
  }

  public func frameSource(_ name: String) throws(HardwareError) -> any FrameSource {
    var results = try open(.openCamera, "camera", name) { $0.add(name) }
    guard let number = results.number(UInt8.self), let width = results.number(UInt16.self),
      let height = results.number(UInt16.self)
    else { throw garbled("camera", name) }
    return SocketCamera(
      name: name, number: number, width: Int(width), height: Int(height), socket: socket)
  }

  /// The machine's watchdog, which runs from here on.
  public func watchdog(timeout: Interval) throws(WatchdogError) -> SocketWatchdog {
    try SocketWatchdog(timeout: timeout, socket: socket)
  }

  /// How the machine's outputs stand.
  public func standing() throws(HardwareError) -> MachineStanding {
    var results = try open(.standing, "machine", socket.path) { _ in }
    guard let isSafe = results.flag(), let since = results.number(Int64.self),
      let changes = results.number(UInt32.self), let resets = results.number(UInt32.self)
    else { throw garbled("machine", socket.path) }
    return MachineStanding(
      isSafe: isSafe, since: Instant(nanoseconds: since), changes: changes, resets: resets)
  }

  private func open(
    _ operation: MachineProtocol.Operation, _ kind: String, _ name: String,
    _ fill: (inout PacketWriter) -> Void
  ) throws(HardwareError) -> PacketReader {
    var answer: MachineSocket.Answer
    do throws(MachineSocket.Failure) { answer = try socket.ask(operation, fill) } catch {
      throw HardwareError(
        kind: kind, name: name, available: [],
        reason: "the machine at \(socket.path) is gone (errno \(error.errno)). Start it again.")
    }
    switch answer.outcome {
    case .done: return answer.results
    case .hardwareError: throw answer.results.hardwareError(kind, name) ?? garbled(kind, name)
    default: throw garbled(kind, name)
    }
  }

  private func garbled(_ kind: String, _ name: String) -> HardwareError {
    HardwareError(
      kind: kind, name: name, available: [],
      reason: "the machine's answer is none. Are both of one version of umwelt?")
  }
}
