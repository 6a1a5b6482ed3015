// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Board
import Foundation
import Quantities
import Runtime
import Simulation

/// `umwelt sim collect`: lets the simulated robot explore through its real drivers and writes what it sensed.
struct CollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect", abstract: "Let the simulated robot explore, and keep what it sensed.")

  @Option(help: "The board to simulate.") var board: String
  @Option(help: "Episodes.") var episodes = 800
  @Option(help: "Decisions in each episode.") var steps = 100
  @Option(help: "Seed of everything random.") var seed: UInt64 = 1
  @Option(help: "The data set to write (safetensors).") var out: String

  func run() throws {
    let board = try BoardDescription.load(self.board, boardsFolder: "boards")
    let isRover = board.camera != nil
    let bins = isRover ? 3 : 2
    let A = board.actions.count
    var shapes: [(String, String, [Int])] = []
    if isRover { shapes.append(("frames", "U8", [episodes, steps, 64, 64, 3])) }
    shapes.append(("imu", "F32", [episodes, steps, bins, 6]))
    shapes.append(("actions", "F32", [episodes, steps, A]))
    shapes.append(isRover ? ("odometry", "F32", [episodes, steps, 3]) : ("tilt", "F32", [episodes, steps, 3]))
    shapes.append(("truth", "F32", [episodes, steps, 5]))
    if !isRover { shapes.append(("upright", "U8", [episodes, steps])) }
    var header = "{\"__metadata__\":{\"format\":\"umwelt-episodes/1\",\"board\":\"\(board.name)\",\"seed\":\"\(seed)\",\"step_s\":\"\(board.rates.decisionPeriodS)\",\"imu_bins\":\"\(bins)\",\"action_names\":\"\(board.actions.map(\.name).joined(separator: ","))\"}"
    var offset = 0
    var bases: [String: Int] = [:]
    for (n, t, s) in shapes {
      let size = s.reduce(1, *) * (t == "U8" ? 1 : 4)
      header += ",\"\(n)\":{\"dtype\":\"\(t)\",\"shape\":\(s),\"data_offsets\":[\(offset),\(offset + size)]}"
      bases[n] = offset
      offset += size
    }
    header += "}"
    while header.utf8.count % 8 != 0 { header += " " }
    let f = fopen(out, "wb")!
    var n64 = UInt64(header.utf8.count)
    fwrite(&n64, 8, 1, f)
    fwrite(header, 1, header.utf8.count, f)
    let base = 8 + header.utf8.count
    func put<T>(_ name: String, _ e: Int, _ values: [T]) {
      let size = values.count * MemoryLayout<T>.stride
      fseek(f, base + bases[name]! + e * size, SEEK_SET)
      values.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, f) }
    }
    let room = Room(seed: 7)
    for e in 0..<episodes {
      let s = seed &* 1_000_003 &+ UInt64(e)
      var random = SeededGenerator(seed: s, stream: "episode")
      var frames: [UInt8] = [], imu: [Float] = [], actions: [Float] = [], odo: [Float] = [], truth: [Float] = [], up: [UInt8] = []
      let world: any World = isRover ? RoverWorld(room: room, start: RoverWorld.randomPose(&random), seed: s) : BalanceWorld(tiltRad: random.uniform(-0.35...0.35), seed: s)
      let machine = SimulatedMachine(world: world, wiring: MachineWiring(board), seed: s, pace: .lockstep)
      let mind: any Mind = isRover ? RoverExplorer(seed: s) : BalanceExplorer(seed: s, warmUp: 8)
      let loop = ControlLoop(board: board, body: try Body(board: board, hardware: machine), mind: mind, imuBins: bins)
      try loop.start()
      let refusals = loop.arm()
      guard refusals.isEmpty else { throw ValidationError("\(refusals)") }
      var t = 0
      while t < steps {
        guard loop.tick() else {
          if case .stopped = loop.gate.state {
            if !isRover, up.count > 0 { // fallen: the rest is not upright
              while t < steps { imu += [Float](repeating: 0, count: bins * 6); actions.append(0); odo += [0, 0, 0]; truth += [0,0,0,0,0]; up.append(0); t += 1 }
              break
            }
            throw ValidationError("episode \(e): \(loop.gate.state)")
          }
          continue
        }
        let p = loop.perception
        if let frame = p.frame { frames += frame.pixels }
        imu += p.imuMeans
        for a in 0..<A { actions.append(loop.lastDecision!.action[a]) }
        if isRover, let o = p.odometry { odo += [Float(o.xM), Float(o.yM), Float(o.headingRad)] }
        else { odo += [Float(p.attitude.pitchRad), Float(p.gyroRadS.y), Float(p.odometry?.speedMS ?? 0)] }
        for i in 0..<5 { truth.append(Float(world.truth[i])) }
        if let b = world as? BalanceWorld {
          up.append(b.hasFallen ? 0 : 1)
          if t == 7 { b.release(tiltRateRadS: random.uniform(-1.4...1.4)) }
        }
        t += 1
      }
      if isRover { put("frames", e, frames); put("odometry", e, odo) } else { put("tilt", e, odo); put("upright", e, up) }
      put("imu", e, imu); put("actions", e, actions); put("truth", e, truth)
      if e % 50 == 49 { print("episode \(e + 1) of \(episodes)") }
    }
    fclose(f)
  }
}
