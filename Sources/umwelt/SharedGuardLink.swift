// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import LinuxBuses
import Quantities
import Runtime
import Safety

/// The way to `umwelt-guard` through shared memory.
final class SharedGuardLink: GuardLink {
  private let words: SharedWords

  /// - Parameter path: what `umwelt-guard --memory` was given.
  init(_ path: String) throws(SharedWordsError) { words = try SharedWords(path, makes: false) }

  func send(_ heartbeat: Heartbeat) { words.store(heartbeat.words, in: .runtime) }

  /// Looks again when the guard was just writing, which takes it nanoseconds.
  var standing: GuardStanding? {
    for _ in 0..<4 {
      if let standing = GuardStanding(words: words.load(.guardian)) { return standing }
    }
    return nil
  }
}

extension BoardDescription {
  /// What `umwelt-guard` is called with for this board.
  func guardArguments(memory: String) -> [String] {
    var words = ["--memory", memory]
    if let line = motorDriver?.standbyLine { words += ["--standby", kernelName(ofLine: line)] }
    if let pwm {
      if let line = pwm.outputEnableLine {
        words += ["--output-enable", kernelName(ofLine: line)]
      }
      words += ["--pwm", "\(kernelName(ofBus: pwm.bus)):\(hex(pwm.address))"]
    }
    return words
  }

  /// The lines that stop this board's outputs: the guard's, where there is a guard.
  var stopLines: [String] {
    [motorDriver?.standbyLine, pwm?.outputEnableLine].compactMap { $0 }
  }

  private func kernelName(ofLine name: String) -> String {
    computer?.lines.first { $0.name == name }.map { "\($0.chip)/\($0.line)" } ?? name
  }

  private func kernelName(ofBus name: String) -> String {
    computer?.buses.first { $0.name == name }?.adapter ?? name
  }
}

extension GuardedOutputs {
  /// Of this process, with the guard at `path`.
  convenience init(
    path: String, clock: any Clock, recording: FlightRecording? = nil
  ) throws(SharedWordsError) {
    let started = UInt32(truncatingIfNeeded: clock.now.nanoseconds / 1000)
    let link = try SharedGuardLink(path)
    self.init(link: recording?.guardLink(link, session: started) ?? link, session: started)
  }
}
