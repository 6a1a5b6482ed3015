// SPDX-License-Identifier: Apache-2.0
import Board

/// Room for recordings, calibrations and logs.
enum DiskCheck: Check {
  /// Below this not even the journal has room. Own choice.
  private static let fullBytes = 100 << 20

  static func look(_ evidence: Evidence) -> [Finding] {
    space(evidence) + readOnly(evidence.facts)
  }

  static func fine(_ evidence: Evidence) -> String? {
    evidence.facts.disk.freeBytes.map { "\(rounded(Double($0) / 1e9)) GB free" }
  }

  private static func space(_ evidence: Evidence) -> [Finding] {
    guard let free = evidence.facts.disk.freeBytes else { return [] }
    let hour = evidence.board.recordedBytesPerHour
    guard free < max(hour, fullBytes) else { return [] }
    let isFull = free < fullBytes
    return [
      Finding(
        isFull ? .diskFull : .diskLow, isFull ? .error : .warning, .disk, at: "/",
        "\(free >> 20) MiB are free; an hour of recording takes \(hour >> 20) MiB.",
        why: isFull
          ? "Nothing can be saved: no calibration, no parameter, no log."
          : "A recording ends before the robot does.",
        fix: [
          "sudo apt clean && sudo journalctl --vacuum-size=50M",
          "df -h / && sudo du -xh / --max-depth=2 | sort -h | tail"
        ])
    ]
  }

  private static func readOnly(_ facts: MachineFacts) -> [Finding] {
    guard facts.disk.isReadOnly, !facts.disk.isOverlay else { return [] }
    return [
      Finding(
        .diskReadOnly, .warning, .disk, at: "/", "The disk is read-only.",
        why: "After a fault of the card Linux writes no more; nothing can be saved.",
        fix: [
          "sudo dmesg | grep -iE 'ext4|mmc|I/O error'   # why",
          "sudo mount -o remount,rw /   # if it was on purpose; else replace the card"
        ])
    ]
  }
}

extension BoardDescription {
  /// Frames as they are, and IMU samples of 32 bytes (time and six floats).
  var recordedBytesPerHour: Int {
    let frames = camera.map { Double($0.widthPx * $0.heightPx * 3) * $0.rateHz } ?? 0
    return Int(3600 * (frames + 32 * imu.settings.rateHz))
  }
}
