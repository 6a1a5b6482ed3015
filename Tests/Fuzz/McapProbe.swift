// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Recorder

/// A recording; what can be read of it must be summed up, drawn and replayed.
enum McapProbe {
  /// Small, so that a bomb is told from a slow input.
  private static let limit: UInt64 = 1 << 20
  /// A tape of nonsense need not end.
  private static let mostCalls = 2000

  static func accepts(_ bytes: UnsafeRawBufferPointer, folder: String) -> Bool {
    var messages = 0
    do throws(McapError) {
      let reader = try McapReader(MemorySource(Array(bytes)), limit: limit)
      while let item = try reader.next() {
        if case .message(let message) = item {
          messages += 1
          _ = JSONFields(message.data)
        }
      }
      precondition(reader.loss.map { !$0.description.isEmpty } ?? true)
    } catch {
      precondition(!error.description.isEmpty && error.offset <= UInt64(bytes.count))
      return false
    }
    let path = "\(folder)/log.mcap"
    write(bytes, to: path)
    lookInto(path)
    for matching in [TapePlayer.Matching.exact, .loose] { replay(path, matching) }
    return messages > 0
  }

  private static func lookInto(_ path: String) {
    do throws(McapError) {
      let summary = try LogSummary(path: path)
      let series = try LogSeries.read(summary, names: ["/imu", "/command"], columns: 10)
      precondition(series.allSatisfy { $0.count > 0 && $0.steps.count == 10 })
    } catch { precondition(!error.description.isEmpty) }
  }

  /// Asks the tape for what a robot would ask, and for what it would not.
  private static func replay(_ path: String, _ matching: TapePlayer.Matching) {
    let player = TapePlayer(path, matching: matching)
    let hardware = ReplayHardware(player)
    var calls = 0
    while !player.isAtEnd, calls < mostCalls {
      calls += 1
      if let act = player.nextAct { player.mark(act) }
      do {
        let bus = try hardware.i2cBus("i2c-1")
        var room = [UInt8](repeating: 0, count: 6)
        try room.withUnsafeMutableBytes {
          try bus.transfer(address: 0x68, writing: UnsafeRawBufferPointer(start: nil, count: 0),
            reading: $0)
        }
        var frame = Frame(width: 4, height: 4)
        _ = try hardware.frameSource("camera").latest(into: &frame)
        _ = try hardware.edgeLine("IMU_INT", .rising).nextEdge()
      } catch { precondition(!"\(error)".isEmpty) }
      _ = hardware.computer?.latest()
      var value = UInt64(0)
      player.exchange(1, &value)
      hardware.clock.sleep(until: hardware.clock.now)
    }
    if let divergence = player.divergence { precondition(!divergence.description.isEmpty) }
    if let failure = player.failure { precondition(!failure.description.isEmpty) }
  }
}
