// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A bus of a machine behind a socket.
final class SocketBus: I2CBus {
  let name: String
  let bearsClockStretching: Bool
  private let number: UInt8
  private let socket: MachineSocket

  init(name: String, number: UInt8, bearsClockStretching: Bool, socket: MachineSocket) {
    (self.name, self.number, self.socket) = (name, number, socket)
    self.bearsClockStretching = bearsClockStretching
  }

  func transfer(
    address: UInt8, writing: UnsafeRawBufferPointer, reading: UnsafeMutableRawBufferPointer
  ) throws(I2CError) {
    var answer: MachineSocket.Answer
    do throws(MachineSocket.Failure) {
      answer = try socket.ask(.transfer) {
        $0.add(number)
        $0.add(address)
        $0.add(UInt16(clamping: reading.count))
        $0.add(writing)
      }
    } catch { throw failure(address, .system(errno: error.errno)) }
    switch answer.outcome {
    case .done:
      let bytes = answer.results.remainder()
      guard bytes.count == reading.count else { throw failure(address, .system(errno: EPROTO)) }
      reading.copyMemory(from: bytes)
    case .busError:
      let (code, errno) = (
        answer.results.number(UInt8.self) ?? 3, answer.results.number(Int32.self) ?? EPROTO
      )
      throw failure(address, .init(code: code, errno: errno) ?? .system(errno: EPROTO))
    default: throw failure(address, .system(errno: EPROTO))
    }
  }

  private func failure(_ address: UInt8, _ reason: I2CError.Reason) -> I2CError {
    I2CError(bus: name, address: address, register: nil, reason: reason)
  }
}

/// A line of a machine behind a socket, in either direction.
final class SocketLine: OutputLine, InputLine, EdgeLine {
  let name: String
  private let number: UInt8
  private let socket: MachineSocket

  init(name: String, number: UInt8, socket: MachineSocket) {
    (self.name, self.number, self.socket) = (name, number, socket)
  }

  func set(high: Bool) throws(LineError) {
    _ = try ask(.setOutput) { $0.add(high) }
  }

  func isHigh() throws(LineError) -> Bool {
    var results = try ask(.readInput) { _ in }
    guard let isHigh = results.flag() else { throw LineError(line: name, errno: EPROTO) }
    return isHigh
  }

  func nextEdge() throws(LineError) -> Edge? {
    var results = try ask(.nextEdge) { _ in }
    guard let isThere = results.flag() else { throw LineError(line: name, errno: EPROTO) }
    guard isThere else { return nil }
    guard let at = results.number(Int64.self), let sequence = results.number(UInt32.self),
      let isRising = results.flag()
    else { throw LineError(line: name, errno: EPROTO) }
    return Edge(at: Instant(nanoseconds: at), sequence: sequence, isRising: isRising)
  }

  private func ask(
    _ operation: MachineProtocol.Operation, _ fill: (inout PacketWriter) -> Void
  ) throws(LineError) -> PacketReader {
    var answer: MachineSocket.Answer
    do throws(MachineSocket.Failure) {
      answer = try socket.ask(operation) {
        $0.add(number)
        fill(&$0)
      }
    } catch { throw LineError(line: name, errno: error.errno) }
    if answer.outcome == .done { return answer.results }
    let errno = answer.outcome == .refused ? answer.results.number(Int32.self) : nil
    throw LineError(line: name, errno: errno ?? EPROTO)
  }
}

/// A camera of a machine behind a socket.
final class SocketCamera: FrameSource {
  let name: String
  let width: Int
  let height: Int
  private let number: UInt8
  private let socket: MachineSocket

  init(name: String, number: UInt8, width: Int, height: Int, socket: MachineSocket) {
    (self.name, self.number, self.width, self.height) = (name, number, width, height)
    self.socket = socket
  }

  func latest(into frame: inout Frame) throws(FrameError) -> Bool {
    var answer: MachineSocket.Answer
    do throws(MachineSocket.Failure) {
      answer = try socket.ask(.latestFrame) {
        $0.add(number)
        $0.add(frame.sequence)
      }
    } catch { throw FrameError(camera: name, errno: error.errno) }
    guard answer.outcome == .done, let isThere = answer.results.flag() else {
      let errno = answer.outcome == .refused ? answer.results.number(Int32.self) : nil
      throw FrameError(camera: name, errno: errno ?? EPROTO)
    }
    guard isThere else { return false }
    guard let at = answer.results.number(Int64.self),
      let sequence = answer.results.number(UInt32.self)
    else { throw FrameError(camera: name, errno: EPROTO) }
    let pixels = answer.results.remainder()
    guard pixels.count == frame.pixels.count else {
      throw FrameError(camera: name, errno: EPROTO)
    }
    (frame.capturedAt, frame.sequence) = (Instant(nanoseconds: at), sequence)
    frame.pixels.withUnsafeMutableBytes { $0.copyMemory(from: pixels) }
    return true
  }
}

/// The watchdog of a machine behind a socket.
public final class SocketWatchdog: WatchdogTimer {
  public let name = "machine"
  public let timeout: Interval
  public let causedLastReset: Bool? = nil
  public let canStop = true
  private let socket: MachineSocket

  init(timeout: Interval, socket: MachineSocket) throws(WatchdogError) {
    self.socket = socket
    var results = try Self.ask(socket, .startWatchdog) {
      $0.add(UInt32(clamping: timeout.nanoseconds / 1_000_000))
    }
    guard let milliseconds = results.number(UInt32.self) else {
      throw WatchdogError(device: "machine", reason: .system(errno: EPROTO))
    }
    self.timeout = Interval(nanoseconds: Int64(milliseconds) * 1_000_000)
  }

  public func kick() throws(WatchdogError) { _ = try Self.ask(socket, .kickWatchdog) }

  public func stop() throws(WatchdogError) { _ = try Self.ask(socket, .stopWatchdog) }

  private static func ask(
    _ socket: MachineSocket, _ operation: MachineProtocol.Operation,
    _ fill: (inout PacketWriter) -> Void = { _ in }
  ) throws(WatchdogError) -> PacketReader {
    let errno: Int32
    do throws(MachineSocket.Failure) {
      var answer = try socket.ask(operation, fill)
      if answer.outcome == .done { return answer.results }
      errno = answer.outcome == .refused ? answer.results.number(Int32.self) ?? EPROTO : EPROTO
    } catch { errno = error.errno }
    throw WatchdogError(
      device: "machine", reason: errno == EBUSY ? .taken : .system(errno: errno))
  }
}
