// SPDX-License-Identifier: Apache-2.0
import Buses
import Guard
import GuardFixtures
import LinuxBuses
import Quantities
import Safety
import Simulation

/// A watchdog that only counts.
final class CountingWatchdog: WatchdogTimer {
  let name = "counting"
  let timeout = Interval(seconds: 15)
  let causedLastReset: Bool? = nil
  let canStop = true
  private(set) var kicks = 0
  private(set) var isStopped = false
  var error: WatchdogError?

  func kick() throws(WatchdogError) {
    if let error { throw error }
    kicks += 1
  }

  func stop() throws(WatchdogError) {
    if let error { throw error }
    isStopped = true
  }
}

/// The guard at work on fake chips, and a runtime that beats, a millisecond at a time.
final class LoopBench {
  let folder = TestFolder()
  let standby = FakeOutputLine(name: "STBY")
  let enable = FakeOutputLine(name: "OE", isPulledHigh: true)
  let relays = [FakeOutputLine(name: "LAMP"), FakeOutputLine(name: "PUMP")]
  let bus = FakeI2CBus(name: "i2c-1")
  let chip = FakePCA9685()
  let watchdog = CountingWatchdog()
  let runtimeWords: SharedWords
  let loop: GuardLoop
  var isChipThere = true
  var now = Instant(nanoseconds: 1_000_000_000)
  var beat = Heartbeat(
    session: 7, sequence: 0, sentAt: .zero, nextBy: .zero, wantsOutputs: false, isLeaving: false,
    imuSamples: 0)

  init() throws {
    let path = folder.path + "/words"
    let words = try SharedWords(path, makes: true)
    runtimeWords = try SharedWords(path, makes: false)
    standby.request()
    enable.request(isHigh: true)
    for relay in relays { relay.request() }
    bus.attach(chip, at: 0x40)
    let outputs = GuardOutputs(
      lines: [.init(standby, restsHigh: false), .init(enable, restsHigh: true)],
      relays: relays, chips: [I2CDevice(bus: bus, address: 0x40)])
    loop = GuardLoop(
      words: words, outputs: outputs, watchdog: watchdog,
      record: try GuardRecordFile(folder: folder.path, bootID: "this-boot"))
    bus.refuse { [unowned self] _ in isChipThere ? nil : .noAcknowledge }
  }

  /// Both lines let power through.
  var areLinesOn: Bool { standby.isHigh && !enable.isHigh }
  /// Which relays are closed.
  var closed: [Bool] { relays.map(\.isHigh) }
  /// Both lines are at rest.
  var areLinesOff: Bool { !standby.isHigh && enable.isHigh }

  var standing: GuardStanding? { GuardStanding(words: runtimeWords.load(.guardian)) }

  var record: GuardRecord? { folder.text(GuardRecordFile.name).flatMap { GuardRecord($0) } }

  func send(_ change: (inout Heartbeat) -> Void = { _ in }) {
    beat.sequence += 1
    beat.imuSamples += 1
    (beat.sentAt, beat.nextBy) = (now, now + Interval(nanoseconds: 20_000_000))
    change(&beat)
    runtimeWords.store(beat.words, in: .runtime)
  }

  func live(_ ms: Int, wants: Bool) {
    beat.wantsOutputs = wants
    for step in 1...ms {
      if step % 10 == 0 { send() }
      look()
    }
  }

  func look() {
    now = now + Interval(nanoseconds: 1_000_000)
    loop.look(now: now)
  }

  /// Milliseconds until both lines are at rest; nil for not within `ms`.
  func silence(_ ms: Int) -> Int? {
    var offAfter: Int?
    for step in 1...ms {
      look()
      if areLinesOff, offAfter == nil { offAfter = step }
    }
    return offAfter
  }

  /// A channel on, in the chip, as the runtime's driver would have it.
  func power() {
    chip.write(0x20, to: 0x00)
    chip.write(0x10, to: 0x07)  // LED0_ON_H: full on
    chip.write(0x00, to: 0x09)
  }

  func arm() {
    live(600, wants: false)
    power()
    live(100, wants: true)
  }
}
