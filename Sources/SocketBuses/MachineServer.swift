// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Lets other processes use a machine, and says when its outputs became safe.
///
/// ```
/// umwelt run ------\
///                   socket -- MachineServer -- ServedMachine (simulated chips, or any hardware)
/// umwelt-guard ----/              looks at the outputs after every question
/// ```
/// Whatever a client sends ends in an answer or in its connection's end. Thread: one owner.
public final class MachineServer {
  /// The machine's outputs as they are now.
  public private(set) var standing: MachineStanding
  /// Called when the outputs became safe, or are so no more, and after a reset.
  public var onChange: (MachineStanding) -> Void = { _ in }

  private let machine: any ServedMachine
  private let path: String
  private let clock: any Clock
  /// What makes CLOCK_MONOTONIC of the machine's time.
  private let offset: Interval
  private let listener: Int32
  private var clients: [ServedClient] = []
  private let question: UnsafeMutableRawBufferPointer
  private let answer: UnsafeMutableRawBufferPointer
  private var watchdog: (timeout: Interval, resetsAt: Instant)?

  /// - Parameter clock: shows CLOCK_MONOTONIC.
  public init(
    _ machine: any ServedMachine, path: String, clock: any Clock
  ) throws(HardwareError) {
    listener = umwelt_listen(path)
    if listener < 0 {
      throw HardwareError(
        kind: "socket", name: path, available: [],
        reason: listener == -EADDRINUSE
          ? "another machine serves it. Stop that, or give another path."
          : "cannot be made (errno \(-listener)). Give a path in a folder that is yours.")
    }
    (self.machine, self.path, self.clock) = (machine, path, clock)
    offset = clock.now - machine.hardware.clock.now
    standing = MachineStanding(isSafe: machine.isSafe, since: clock.now)
    question = .allocate(byteCount: MachineProtocol.mostBytes, alignment: 8)
    answer = .allocate(byteCount: MachineProtocol.mostBytes, alignment: 8)
  }

  deinit {
    for client in clients { client.hangUp() }
    umwelt_hang_up(listener)
    unlink(path)
    question.deallocate()
    answer.deallocate()
  }

  /// Waits a millisecond at most, lets the machine live up to now, and answers whoever asked.
  public func step() {
    let files = [listener] + clients.map(\.file)
    var isReady = [UInt8](repeating: 0, count: files.count)
    umwelt_wait(files, UInt32(files.count), 1, &isReady)
    _ = machine.hardware.clock.now
    for (client, isReady) in zip(clients, isReady.dropFirst()) where isReady != 0 {
      serve(client)
    }
    clients.removeAll { $0.file < 0 }
    if isReady[0] != 0 { accept() }
    if let watchdog, clock.now >= watchdog.resetsAt { reset() }
    observe()
  }

  private func accept() {
    let file = umwelt_accept(listener)
    if file < 0 { return }
    if clients.count + 1 < UMWELT_MOST_WAITED {
      clients.append(ServedClient(file: file))
    } else {
      umwelt_hang_up(file)
    }
  }

  private func serve(_ client: ServedClient) {
    let got = umwelt_receive(client.file, question.baseAddress, UInt64(question.count))
    if got == -Int64(EAGAIN) { return }
    guard got >= 0 || got == -Int64(EMSGSIZE) else { return drop(client) }
    var reply = PacketWriter(answer)
    let asked = UnsafeRawBufferPointer(rebasing: question[0..<max(0, Int(got))])
    respond(client, PacketReader(asked), &reply)
    observe()
    let sent = umwelt_send(client.file, answer.baseAddress, UInt64(reply.count))
    if sent < 0 { drop(client) }
  }

  /// Its end is a process's end: the lines that it held are nobody's.
  private func drop(_ client: ServedClient) {
    for output in client.outputs { machine.release(line: output.name) }
    client.hangUp()
    observe()
  }

  private func observe() {
    if standing.observe(isSafe: machine.isSafe, at: clock.now) { onChange(standing) }
  }

  /// What a watchdog does to the computer: every process is gone.
  private func reset() {
    watchdog = nil
    standing.resets &+= 1
    for client in clients { drop(client) }
    clients.removeAll()
    onChange(standing)
  }

  private func respond(
    _ client: ServedClient, _ question: PacketReader, _ reply: inout PacketWriter
  ) {
    var question = question
    var outcome = MachineProtocol.Outcome.misunderstood
    var results = PacketWriter(UnsafeMutableRawBufferPointer(rebasing: answer[2...]))
    if question.number(UInt8.self) == MachineProtocol.version,
      let operation = question.number(UInt8.self).flatMap(MachineProtocol.Operation.init)
    {
      outcome = answer(operation, client, &question, &results) ?? .misunderstood
      if results.isFull { outcome = .misunderstood }
    }
    reply.add(MachineProtocol.version)
    reply.add(outcome.rawValue)
    if outcome != .misunderstood { _ = reply.take(results.count) }  // they stand there already
  }

  /// Nil when the arguments are none.
  private func answer(
    _ operation: MachineProtocol.Operation, _ client: ServedClient,
    _ question: inout PacketReader, _ results: inout PacketWriter
  ) -> MachineProtocol.Outcome? {
    switch operation {
    case .openBus, .openOutput, .openInput, .openEdges, .openCamera:
      return open(operation, client, &question, &results)
    case .transfer: return client.transfer(&question, &results)
    case .setOutput: return client.setOutput(&question, &results)
    case .readInput: return client.readInput(&question, &results)
    case .nextEdge: return client.nextEdge(&question, &results, offset)
    case .latestFrame: return client.latestFrame(&question, &results, offset)
    case .startWatchdog, .kickWatchdog, .stopWatchdog:
      return time(operation, &question, &results)
    case .standing:
      results.add(standing.isSafe)
      results.add(standing.since.nanoseconds)
      results.add(standing.changes)
      results.add(standing.resets)
      return .done
    }
  }

  private func open(
    _ operation: MachineProtocol.Operation, _ client: ServedClient,
    _ question: inout PacketReader, _ results: inout PacketWriter
  ) -> MachineProtocol.Outcome? {
    guard let name = question.text() else { return nil }
    if operation == .openOutput, clients.contains(where: { $0.holds(name) }) {
      results.add(
        HardwareError(
          kind: "GPIO line", name: name, available: [],
          reason: "another program holds it. Stop that first."))
      return .hardwareError
    }
    do throws(HardwareError) {
      return try client.open(operation, name, machine.hardware, &question, &results)
    } catch {
      results.add(error)
      return .hardwareError
    }
  }

  private func time(
    _ operation: MachineProtocol.Operation, _ question: inout PacketReader,
    _ results: inout PacketWriter
  ) -> MachineProtocol.Outcome? {
    switch operation {
    case .startWatchdog:
      guard let milliseconds = question.number(UInt32.self), milliseconds > 0 else { return nil }
      guard watchdog == nil else {
        results.add(EBUSY)
        return .refused
      }
      let timeout = Interval(nanoseconds: Int64(milliseconds) * 1_000_000)
      watchdog = (timeout, clock.now + timeout)
      results.add(milliseconds)
    case .kickWatchdog:
      guard let timeout = watchdog?.timeout else {
        results.add(ENODEV)
        return .refused
      }
      watchdog = (timeout, clock.now + timeout)
    default: watchdog = nil
    }
    return .done
  }
}
