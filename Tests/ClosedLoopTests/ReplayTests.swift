// SPDX-License-Identifier: Apache-2.0
import Buses
import Foundation
import LoopFixtures
import Quantities
import Recorder
import Runtime
import Safety
import Simulation
import Testing

/// A run that was recorded, and its commands.
private final class RecordedRun {
  let path = NSTemporaryDirectory() + "umwelt-replay-\(UUID().uuidString).mcap"
  private(set) var commands: [SafeCommand] = []
  private(set) var state = SafetyState.booting

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// - Parameter each: what else happens, by the number of the tick.
  init(
    _ board: BoardName, seed: UInt64, seconds: Double,
    each: (Rig, Int) throws -> Void = { _, _ in }
  ) throws {
    var settings = FlightRecorder.Settings(path: path)
    settings.waitsWhenFull = true
    let recorder = try FlightRecorder(settings, threads: ["body"])
    let tape = TapeRecorder(recorder.port("body"))
    let rig = try Rig(board, mind: BusyMind(board), seed: seed) {
      RecordingHardware($0, tape: tape)
    }
    tape.mark(.start)
    try rig.loop.start()
    tape.mark(.arm)
    #expect(rig.loop.arm().isEmpty)
    (rig.world as? BalanceWorld)?.release(tiltRateRadS: 0)
    for tick in 0..<Int(seconds / rig.periodS) {
      try each(rig, tick)
      rig.loop.tick()
      commands.append(rig.loop.lastCommand)
    }
    state = rig.loop.gate.state
    tape.mark(.disarm)
    rig.loop.disarm()
    tape.flush()
    recorder.finish()
    #expect(recorder.dropped == 0 && recorder.trouble == nil)
  }
}

/// The same robot on the tape instead of the machine.
private final class Replay {
  let player: TapePlayer
  private(set) var commands: [SafeCommand] = []
  private(set) var state = SafetyState.booting

  /// - Parameter seed: of the world, which must not matter.
  init(
    _ run: RecordedRun, _ board: BoardName, mind: any Mind, matching: TapePlayer.Matching = .exact
  ) throws {
    let player = TapePlayer(run.path, matching: matching)
    self.player = player
    let rig = try Rig(board, mind: mind, seed: 99) { _ in ReplayHardware(player) }
    while player.divergence == nil, !player.isAtEnd {
      switch player.nextAct {
      case nil:
        rig.loop.tick()
        // Ticks before it was armed are the start's.
        commands.append(rig.loop.lastCommand)
        state = rig.loop.gate.state
      case let act?:
        player.mark(act)
        switch act {
        case .start: try rig.loop.start()
        case .arm: _ = rig.loop.arm()
        default: rig.loop.disarm()
        }
      }
    }
  }
}

@Suite("A run that was recorded")
struct ReplayTests {
  @Test(
    "gives the same commands again, tick by tick", arguments: [BoardName.rover, .balance, .full],
    [1, 2, 3])
  func same(board: BoardName, seed: Int) throws {
    let run = try RecordedRun(board, seed: UInt64(seed), seconds: 20)
    let replay = try Replay(run, board, mind: BusyMind(board))
    #expect(replay.player.divergence == nil && replay.player.failure == nil)
    #expect(replay.commands == run.commands)
    #expect(Set(run.commands.map { $0.setPoints[0] }).count > 20, "it moved")
    #expect(replay.player.matches > 10_000)
  }

  @Test(
    "gives the same stop again when a part fails",
    arguments: [
      (SimulatedMachine.Part.imu, Fault.off), (.imu, .stuck), (.camera, .off), (.pwm, .off),
      (.bus, .intermittent), (.imu, .garbage)
    ])
  func faults(part: SimulatedMachine.Part, fault: Fault) throws {
    let run = try RecordedRun(.rover, seed: 1, seconds: 4) { rig, tick in
      if tick == 200 { try rig.machine.inject(fault, into: part) }
    }
    let replay = try Replay(run, .rover, mind: BusyMind(.rover))
    #expect(replay.player.divergence == nil && replay.player.failure == nil)
    #expect(replay.commands == run.commands && replay.state == run.state)
  }

  @Test("and is played to another mind stops at the first thing that is done otherwise")
  func divergence() throws {
    let run = try RecordedRun(.rover, seed: 1, seconds: 2)
    let replay = try Replay(run, .rover, mind: ConstantMind(0.25, 0.25))
    let found = try #require(replay.player.divergence)
    #expect(found.recorded.contains("0x40 write") && found.replayed.contains("0x40 write"))
    #expect(found.recorded != found.replayed)
    #expect("\(found)".hasPrefix("step \(found.step) at "))
    // Nothing differs before the first command: the rest of the start is the same.
    #expect(found.atS > 1 && found.step > 100)
  }

  @Test("is played to another mind to the end where that is asked")
  func whatIf() throws {
    let run = try RecordedRun(.rover, seed: 1, seconds: 5)
    let replay = try Replay(
      run, .rover, mind: ConstantMind(0.25, 0.25), matching: .loose)
    #expect(replay.player.divergence == nil && replay.player.failure == nil)
    #expect(replay.commands.count == run.commands.count)
    #expect(replay.commands != run.commands)
    #expect(replay.state.isFollowing, "the senses are those of the run: \(replay.state)")
    #expect(replay.commands.contains { $0.setPoints[0] == 0.25 }, "\(replay.commands.suffix(3))")
  }
}
