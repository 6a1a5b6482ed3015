// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Foundation
import GuardFixtures
import LinuxBuses
import LoopFixtures
import Quantities
import Simulation
import SocketBuses

/// A simulated rover behind a socket, served by a thread of its own.
final class ServedRig: @unchecked Sendable {
  let folder = TestFolder()
  let socket: String
  private let lock = NSLock()
  private var isEnding = false
  private var isEnded = false

  /// - Parameter path: of the socket; nil for one of its own.
  init(at path: String? = nil) throws {
    socket = path ?? folder.path + "/machine"
    let server = try MachineServer(
      Host(try BoardName.rover.load()), path: socket, clock: MonotonicClock())
    let box = Box(server: server)
    Thread.detachNewThread { [self] in
      while !lock.withLock({ isEnding }) { box.server.step() }
      lock.withLock { isEnded = true }
    }
  }

  func hardware() throws -> SocketHardware { try SocketHardware(socket, clock: MonotonicClock()) }

  /// The thread holds this until then.
  func end() {
    lock.withLock { isEnding = true }
    while !lock.withLock({ isEnded }) { usleep(1000) }
  }

  /// Waits until the outputs are as asked, for at most this long; whether they are.
  func becomes(safe: Bool, within seconds: Double) throws -> Bool {
    let hardware = try hardware()
    let end = hardware.clock.now + Interval(seconds: seconds)
    while hardware.clock.now < end {
      if try hardware.standing().isSafe == safe { return true }
      usleep(1000)
    }
    return false
  }

  private struct Box: @unchecked Sendable { let server: MachineServer }
}

/// The rover of this repository.
private final class Host: ServedMachine {
  private let machine: SimulatedMachine

  init(_ board: BoardDescription) {
    machine = SimulatedMachine(
      world: BoardName.rover.world(seed: 1), wiring: MachineWiring(board), seed: 1,
      pace: .realTime)
  }

  var hardware: any Hardware { machine }
  var isSafe: Bool { machine.isSafe }
  func release(line: String) { machine.release(line: line) }
}
