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
  /// As JSON.
  private(set) var commands: [String] = []
  private(set) var state = SafetyState.booting

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// - Parameter each: what else happens, by the number of the tick.
  init(
    _ board: BoardName, seed: UInt64, seconds: Double,
    each: (Rig, Int) throws -> Void = { _, _ in }
  ) throws {
    var settings = FlightRecorder.Settings(path: path)
    settings.waitsWhenFull = true
    let recording = try FlightRecording(settings)
    let rig = try Rig(board, mind: BusyMind(board), seed: seed) { recording.hardware($0) }
    recording.follow(rig.loop)
    try rig.loop.start()
    #expect(rig.loop.arm().isEmpty)
    (rig.world as? BalanceWorld)?.release(tiltRateRadS: 0)
    for tick in 0..<Int(seconds / rig.periodS) {
      try each(rig, tick)
      rig.loop.tick()
    }
    rig.loop.stop(.operatorStop)
    state = rig.loop.gate.state
    rig.loop.disarm()
    #expect(recording.finish().isEmpty)
    commands = try WrittenCommands(path).texts
  }
}

/// The commands of a recording, as they stand there.
private struct WrittenCommands {
  private(set) var texts: [String] = []

  init(_ path: String) throws(McapError) {
    let reader = try McapReader(path: path)
    while let item = try reader.next() {
      guard case .message(let message) = item, message.channel == Topic.command.rawValue else {
        continue
      }
      texts.append(String(decoding: message.data, as: UTF8.self))
    }
  }
}

/// The same robot on the tape instead of the machine, recorded itself.
private final class Replay: LoopWitness {
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
    rig.loop.witness = self
    let status = StatusReader(rig.loop)
    while player.divergence == nil, !player.isAtEnd {
      if let act = player.nextAct {
        try rig.loop.perform(act, status: status)
        if case .stop = act { state = rig.loop.gate.state }
      } else {
        rig.loop.tick()
      }
    }
  }

  func will(_ act: LoopAct) { player.mark(TapeAct(act)) }

  func ticked(_ loop: ControlLoop) { commands.append(loop.lastTick.command) }
}

extension SafeCommand {
  /// As a recording has its set points.
  fileprivate var text: String {
    "\"set_points\":[" + (0..<count).map { "\(setPoints[$0])" }.joined(separator: ",") + "]"
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
    #expect(replay.commands.count == run.commands.count)
    for (again, first) in zip(replay.commands, run.commands) {
      #expect(first.contains(again.text + ",\"is_enabled\":\(again.isEnabled)"))
    }
    #expect(Set(run.commands).count > 20, "it moved")
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
    #expect(replay.commands.count == run.commands.count && replay.state == run.state)
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
    #expect(replay.state == run.state, "the senses are those of the run")
    #expect(replay.commands.contains { $0.setPoints[0] == 0.25 }, "it is the other mind's")
  }
}
