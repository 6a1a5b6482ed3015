// SPDX-License-Identifier: Apache-2.0
import Codecs
import Estimation

/// An IMU log; what is accepted must go through the attitude filter.
enum LogProbe {
  /// Unpacked; small, so that a bomb is told from a slow input.
  private static let limit = 1 << 22

  static func accepts(_ bytes: UnsafeRawBufferPointer, folder: String) -> Bool {
    let path = "\(folder)/log.csv"
    write(bytes, to: path)
    let unpacked: [UInt8]
    do throws(FileError) { unpacked = try FileBytes.read(path, limit: limit) } catch {
      precondition(!error.description.isEmpty)
      return false
    }
    do throws(ImuLogError) {
      replay(try ImuLog(csv: unpacked))
      return true
    } catch {
      precondition(!error.description.isEmpty)
      return false
    }
  }

  private static func replay(_ log: ImuLog) {
    guard let timeline = log.timeline(), AttitudeFilter.sampleRatesHz.contains(timeline.rateHz)
    else { return }
    for usesField in [true, false] {
      var replay = AttitudeReplay(
        log: log, timeline: timeline, usesField: usesField, settings: .recorded)
      var score = AttitudeScore()
      for (row, sample) in log.samples.enumerated() {
        score.add(estimate: replay.step(row: row, sample: sample), sample: sample)
      }
    }
  }
}
