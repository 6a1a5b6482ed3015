// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A connection to a machine: asks, and waits for the answer. Asks for no memory after its start.
final class MachineSocket {
  /// Why there is no answer, as an errno; 0 for an answer that is none of the protocol's.
  struct Failure: Error {
    var errno: Int32
  }

  struct Answer {
    var outcome: MachineProtocol.Outcome
    /// What the answer holds behind its outcome; good until the next question.
    var results: PacketReader
  }

  let path: String
  private var file: Int32
  private let packet: UnsafeMutableRawBufferPointer

  init(_ path: String) throws(Failure) {
    self.path = path
    file = umwelt_connect(path)
    if file < 0 { throw Failure(errno: -file) }
    packet = .allocate(byteCount: MachineProtocol.mostBytes, alignment: 8)
  }

  deinit {
    close()
    packet.deallocate()
  }

  private func close() {
    if file >= 0 { umwelt_hang_up(file) }
    file = -1
  }

  /// Sends one question and waits for its answer, a second at most.
  func ask(
    _ operation: MachineProtocol.Operation, _ fill: (inout PacketWriter) -> Void = { _ in }
  ) throws(Failure) -> Answer {
    var question = PacketWriter(packet)
    question.add(MachineProtocol.version)
    question.add(operation.rawValue)
    fill(&question)
    if question.isFull { throw Failure(errno: EMSGSIZE) }
    let length = try exchange(question.count)
    var answer = PacketReader(UnsafeRawBufferPointer(rebasing: packet[0..<length]))
    guard answer.number(UInt8.self) == MachineProtocol.version,
      let outcome = answer.number(UInt8.self).flatMap(MachineProtocol.Outcome.init)
    else { throw lost(EPROTO) }
    return Answer(outcome: outcome, results: answer)
  }

  private func exchange(_ count: Int) throws(Failure) -> Int {
    if file < 0 { throw Failure(errno: ENOTCONN) }
    // SAFETY: `count` bytes of the packet were filled; the answer fits or is refused.
    let sent = umwelt_send(file, packet.baseAddress, UInt64(count))
    if sent < 0 { throw lost(Int32(-sent)) }
    let got = umwelt_receive(file, packet.baseAddress, UInt64(packet.count))
    if got < 0 { throw lost(Int32(-got)) }
    return Int(got)
  }

  /// An answer that comes late would be taken for the next one's: there is none after a failure.
  private func lost(_ errno: Int32) -> Failure {
    close()
    return Failure(errno: errno)
  }
}
