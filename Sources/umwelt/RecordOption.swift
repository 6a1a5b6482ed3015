// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// `--record` and how.
struct RecordOption: ParsableArguments {
  @Option(help: "Record to this file (MCAP: Foxglove opens it, umwelt log and replay read it).")
  var record: String?
  @Option(help: "Keep only the seconds around faults: this many before each, and as many after.")
  var recordAround: Double?
  @Option(help: "At most so many megabytes of recording; the oldest goes first.")
  var recordLimit = 256

  func validate() throws {
    if let recordAround, !(recordAround >= 1 && recordAround <= 3600) {
      throw ValidationError("--record-around \(recordAround): give 1 to 3600 seconds.")
    }
    guard (1...1_000_000).contains(recordLimit) else {
      throw ValidationError("--record-limit \(recordLimit): give 1 to 1000000 megabytes.")
    }
    if record == nil, recordAround != nil {
      throw ValidationError("--record-around: say where to with --record FILE.")
    }
  }
}
