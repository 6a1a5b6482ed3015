// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Buses
import Codecs
import Console
import LinuxBuses
import Quantities

/// Commands from standard input, one a line, as frames; answers to standard output, one a line.
///
/// Exit code: 1 when one of them was not done.
final class ConsoleScript {
  /// A commit waits for two seconds for a loop that stands still; nothing takes longer.
  private static let patience = Interval(nanoseconds: 5_000_000_000)

  private let line: any SerialPort & WaitedFile
  private let clock = MonotonicClock()
  private var heard: [UInt8] = []
  private var sequence: UInt16 = 0

  init(_ line: any SerialPort & WaitedFile) { self.line = line }

  func run() throws {
    try send(Array("\r#json\r".utf8))
    guard try answer(where: { $0["event"]?.string == "hello" }) != nil else { throw silent }
    var isWell = true
    var number = 0
    while let command = readLine() {
      guard command.contains(where: { $0 != " " }) else { continue }
      number += 1
      let id = JSON.number(Double(number))
      sequence &+= 1
      let frame = Envelope(
        sequence: sequence,
        json: .object([JSON.Member("id", id), JSON.Member("do", .text(command))]))
      try send(frame.bytes)
      guard let said = try answer(where: { $0["id"] == id }) else { throw silent }
      print(said.written)
      isWell = isWell && said["ok"] == .flag(true)
    }
    try send(Array("#text\n".utf8))
    if !isWell { throw ExitCode(1) }
  }

  private var silent: ValidationError {
    ValidationError("the robot's console does not answer in frames. Is that its line?")
  }

  private func send(_ bytes: [UInt8]) throws(SerialError) {
    var rest = bytes
    let end = clock.now + Self.patience
    while !rest.isEmpty, clock.now < end {
      rest = try line.sending(rest)
      if !rest.isEmpty { clock.sleep(until: clock.now + Interval(nanoseconds: 5_000_000)) }
    }
  }

  /// The first frame of that kind; nil when none comes in time. Others are left out.
  private func answer(where isWanted: (JSON) -> Bool) throws(SerialError) -> JSON? {
    let end = clock.now + Self.patience
    while clock.now < end {
      while let newline = heard.firstIndex(of: 0x0A) {
        let bytes = heard[..<newline].filter { $0 != 0x0D }
        heard.removeSubrange(...newline)
        guard let json = Self.json(bytes), isWanted(json) else { continue }
        return json
      }
      WaitedFiles.wait([line], milliseconds: 100)
      heard += try line.received()
    }
    return nil
  }

  /// What a line carries; nil for one that is no frame: the text before them.
  private static func json(_ line: [UInt8]) -> JSON? {
    guard let start = line.lastIndex(of: UInt8(ascii: "#")) else { return nil }
    for from in [line.startIndex, start] {
      do throws(Envelope.Fault) { return try Envelope(line: Array(line[from...])).json } catch {}
    }
    return nil
  }
}
