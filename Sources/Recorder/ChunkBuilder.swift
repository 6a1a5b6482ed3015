// SPDX-License-Identifier: Apache-2.0
import Codecs

/// Messages that become one chunk: packed, checked and found by time together.
package struct ChunkBuilder {
  private var records = RecordBytes()
  /// Time and place of each channel's messages.
  private var places: [UInt16: [(timeNs: UInt64, offset: UInt64)]] = [:]
  private(set) var startNs: UInt64 = 0
  private(set) var endNs: UInt64 = 0
  private(set) var messages = 0

  var isEmpty: Bool { messages == 0 }
  var bytes: Int { records.count }

  package init(capacity: Int) { records.reserve(capacity) }

  /// Adds a message whose data `fill` adds.
  package mutating func add(
    channel: UInt16, sequence: UInt32, timeNs: UInt64, _ fill: (inout RecordBytes) -> Void
  ) {
    startNs = isEmpty ? timeNs : min(startNs, timeNs)
    endNs = max(endNs, timeNs)
    places[channel, default: []].append((timeNs, UInt64(records.count)))
    messages += 1
    records.record(.message) {
      $0.add(channel)
      $0.add(sequence)
      $0.add(timeNs)
      $0.add(timeNs)
      fill(&$0)
    }
  }

  /// The chunk, after which this one is empty.
  package mutating func seal() -> SealedChunk {
    let packed = LZ4Frame.pack(records.bytes)
    var chunk = SealedChunk(
      compression: packed == nil ? "" : "lz4", unpackedBytes: records.count,
      packedBytes: packed?.count ?? records.count, startNs: startNs, endNs: endNs)
    var bytes = RecordBytes()
    bytes.reserve(chunk.packedBytes + 64)
    bytes.record(.chunk) {
      $0.add(startNs)
      $0.add(endNs)
      $0.add(UInt64(records.count))
      $0.add(CRC32(records.bytes).value)
      $0.add(chunk.compression)
      $0.add(UInt64(chunk.packedBytes))
      $0.add(raw: packed ?? records.bytes)
    }
    chunk.chunkBytes = bytes.count
    for (channel, found) in places.sorted(by: { $0.key < $1.key }) {
      chunk.indexOffset[channel] = UInt64(bytes.count)
      chunk.messages[channel] = UInt64(found.count)
      bytes.record(.messageIndex) {
        $0.add(channel)
        $0.block { list in
          for place in found {
            list.add(place.timeNs)
            list.add(place.offset)
          }
        }
      }
    }
    chunk.bytes = bytes.bytes
    records.clear()
    places.removeAll(keepingCapacity: true)
    (startNs, endNs, messages) = (0, 0, 0)
    return chunk
  }
}

/// A chunk with its index, ready to be written to any file whose channels have the same numbers.
package struct SealedChunk: Sendable {
  let compression: String
  let unpackedBytes: Int
  let packedBytes: Int
  let startNs: UInt64
  let endNs: UInt64
  /// The chunk and the message indices behind it.
  package fileprivate(set) var bytes: [UInt8] = []
  /// Of the chunk alone.
  package fileprivate(set) var chunkBytes = 0
  /// Where in `bytes` each channel's index is, and how many messages it has.
  fileprivate(set) var indexOffset: [UInt16: UInt64] = [:]
  fileprivate(set) var messages: [UInt16: UInt64] = [:]
}
