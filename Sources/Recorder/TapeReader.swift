// SPDX-License-Identifier: Apache-2.0

/// A tape's messages from a recording's files, checked to be all there.
final class TapeReader {
  /// What the end of the last file lacks.
  private(set) var loss: McapLoss?

  private let path: String
  private let topic: Topic
  private var paths: ArraySlice<String>
  private var reader: McapReader?
  private var channel: UInt16?
  private var number: UInt64 = 0

  /// - Parameter path: a recording's first file; those beside it with a number are read too.
  init(_ path: String, topic: Topic) {
    (self.path, self.topic) = (path, topic)
    paths = RecordingFiles.paths(of: path)[...]
  }

  /// The next message's number and content, nil at the end.
  func next() throws(TapeError) -> ArraySlice<UInt8>? {
    while true {
      guard let message = try nextMessage() else {
        if number == 0 { throw error(.noTape(topic)) }
        return nil
      }
      var head = TapeCursor(message[...])
      let found = head.number()
      guard !head.isShort else { throw error(.damaged(message: number)) }
      guard found == number else { throw error(.gap(after: number)) }
      number += 1
      return head.rest()
    }
  }

  func damaged() -> TapeError { error(.damaged(message: number - 1)) }

  private func error(_ reason: TapeError.Reason) -> TapeError {
    TapeError(path: path, reason: reason)
  }

  private func nextMessage() throws(TapeError) -> [UInt8]? {
    while true {
      do throws(McapError) {
        while let item = try reader?.next() {
          switch item {
          // Other programs that rewrite a log give its channels other numbers.
          case .channel(let found) where found.topic == topic.path: channel = found.id
          case .message(let message) where message.channel == channel: return message.data
          default: break
          }
        }
        loss = reader?.loss
        guard let next = paths.popFirst() else { return nil }
        (reader, channel) = (try McapReader(path: next), nil)
      } catch { throw self.error(.log(error)) }
    }
  }
}
