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
    for relay in relays { words += ["--relay", kernelName(ofLine: relay.line)] }
    return words
  }

  /// - Throws: what moves that a guard could not stop.
  func requireStoppable() throws(RunError) {
    if !unstoppable.isEmpty { throw .unstoppable(name, unstoppable) }
  }

  private func kernelName(ofLine name: String) -> String {
    computer?.lines.first { $0.name == name }.map { "\($0.chip)/\($0.line)" } ?? name
  }

  private func kernelName(ofBus name: String) -> String {
    computer?.buses.first { $0.name == name }?.adapter ?? name
  }
}

extension GuardedHardware {
  /// Hardware whose stop lines and relays are the guard's, as `guardArguments` tells it.
  convenience init(
    _ inner: any Hardware, board: BoardDescription, outputs: GuardedOutputs
  ) {
    let lines = [board.motorDriver?.standbyLine, board.pwm?.outputEnableLine].compactMap { $0 }
    self.init(inner, lines: lines, relays: board.relays.map(\.line), outputs: outputs)
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
