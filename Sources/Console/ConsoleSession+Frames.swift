// SPDX-License-Identifier: Apache-2.0
import Codecs

/// What a line says to programs. PROTOCOL in README.md has it on one page.
extension ConsoleSession {
  func switchFrames(_ isOn: Bool, _ entry: Entry) {
    if entry.isFrame { finish(entry, .success(.silent)) }
    isFramed = isOn
    frameLine = []
    isFrameTooLong = false
    if isOn {
      send(
        .of(
          ("event", .text("hello")), ("version", .whole(Envelope.version)),
          ("board", .text(console.desk.settings.board.name)),
          ("umwelt", .text(console.host.version))))
    } else {
      endLive()
    }
  }

  func send(_ json: JSON) {
    output.add(Envelope(sequence: frameSequence, json: json).bytes)
    frameSequence &+= 1
  }

  func takeFramed(_ byte: UInt8) {
    guard byte == 0x0A || byte == 0x0D else {
      if frameLine.count < Envelope.headLength + Envelope.lengthLimit {
        frameLine.append(byte)
      } else {
        isFrameTooLong = true
      }
      return
    }
    defer { (frameLine, isFrameTooLong) = ([], false) }
    guard !frameLine.isEmpty else { return }
    // A person who finds frames here needs a way out.
    if frameLine == Array("#text".utf8) { return switchFrames(false, Entry(line: "")) }
    guard !isFrameTooLong else { return refuse(.length) }
    do throws(Envelope.Fault) {
      take(try Envelope(line: frameLine))
    } catch { refuse(error) }
  }

  func finishFrame(_ entry: Entry, _ result: Result<Answer, ConsoleError>) {
    switch result {
    case .success(let answer):
      send(.of(("id", entry.id), ("ok", .flag(true)), ("result", answer.data)))
    case .failure(let error):
      send(
        .of(
          ("id", entry.id), ("ok", .flag(false)),
          ("error", Self.object(error.code, what: error.what, fix: error.fix))))
    }
  }

  private func take(_ frame: Envelope) {
    let id = frame.json["id"] ?? .null
    guard let line = frame.json["do"]?.string else {
      return send(
        .of(
          ("id", id), ("ok", .flag(false)),
          (
            "error",
            Self.object(
              "unknown-frame", what: "this frame has no 'do'.",
              fix: "Send {\"id\": 1, \"do\": \"status\"}.")
          )))
    }
    if live != nil { endLive() }
    enqueue(Entry(line: line, id: id, isFrame: true))
  }

  private func refuse(_ fault: Envelope.Fault) {
    let what =
      switch fault {
      case .form: "this line is no frame, or not as long as it says."
      case .check: "the frame's check does not fit."
      case .json: "the frame carries no JSON."
      case .length: "the frame is longer than \(Envelope.lengthLimit) bytes."
      }
    send(
      .of(
        ("id", .null), ("ok", .flag(false)),
        ("error", Self.object("frame-\(fault.rawValue)", what: what, fix: "Send it again."))))
  }

  private static func object(_ code: String, what: String, fix: String) -> JSON {
    .of(("code", .text(code)), ("what", .text(what)), ("fix", .text(fix)))
  }
}
