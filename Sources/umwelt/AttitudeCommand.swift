// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Codecs
import Estimation

/// `umwelt attitude`: the attitude filter on a recorded log, from the numbers or through a chip.
struct AttitudeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attitude",
    abstract: "Compute attitude from a recorded IMU log, and score it against its reference.",
    discussion: """
      The log is CSV, plain or gzip, with units in its header: t_s, gx_rad_s ... gz_rad_s, \
      ax_m_s2 ... az_m_s2, and where there are: mx_uT ... mz_uT, ref_w ... ref_z, movement.

      Without a magnetometer (--six-axis, or a log or chip that has none) heading is relative to \
      the first row, and only the inclination is scored.

      Rows need not come evenly. After a gap (half a second and five periods or more) inclination \
      and heading begin anew. A magnetometer slower than the log may repeat its values or leave \
      its cells empty.
      """)

  @Argument(help: "The log: .csv or .csv.gz.") var log: String
  @Option(
    help: "Where to write t_s,qw,qx,qy,qz (body to east-north-up), one row per row of the log.")
  var out: String?
  @Flag(help: "Leave the magnetometer out.") var sixAxis = false
  @Option(help: "Play the log into this fake chip's registers and read it with the real driver.")
  var through: PlaybackChip?
  @Option(help: "How late the samples are: the chip's low-pass filter, and the way to the log.")
  var delayMs = 1e3 * AttitudeSettings.recorded.delayS
  @Flag(help: "One JSON object on standard output.") var json = false

  /// The most bytes a log may have, unpacked: hours of recording, and still in a board's memory.
  private static let limit = 1 << 29

  func validate() throws {
    guard (0...100).contains(delayMs) else {
      throw ValidationError("--delay-ms is \(delayMs), but must be in 0...100.")
    }
  }

  func run() throws {
    let bytes = try FileBytes.read(log, limit: Self.limit)
    let recording: ImuLog
    do throws(ImuLogError) { recording = try ImuLog(csv: bytes) } catch {
      throw AttitudeError.log(path: log, error)
    }
    var settings = AttitudeSettings.recorded
    settings.delayS = delayMs / 1e3
    let result = try AttitudeRun(
      path: log, log: recording, sixAxis: sixAxis, settings: settings, through: through
    ).result()
    if let out { try WholeFile.save(result.table(times: recording), to: out) }
    let report = AttitudeReport(path: log, result: result)
    print(json ? report.json : report.text)
  }
}

extension PlaybackChip: ExpressibleByArgument {}
