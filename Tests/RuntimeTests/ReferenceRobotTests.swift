// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Devices
import LoopFixtures
import Quantities
import Runtime
import Simulation
import Testing
import Twin

/// Robots of real computers on simulated chips, wired as their files say.
@Suite("Reference robots")
struct ReferenceRobotTests {
  static let folder =
    "\(#filePath)".split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 } + "/boards"

  static let names: [String] = {
    do {
      return try BoardDescription.list(boardsFolder: folder).filter { !$0.hasPrefix("sim-") }
    } catch { return [] }
  }()

  private func load(_ name: String) throws -> BoardDescription {
    try BoardDescription.load(name, boardsFolder: Self.folder)
  }

  private func machine(_ board: BoardDescription) -> SimulatedMachine {
    let world: any World =
      board.world == .balance
      ? BalanceWorld(tiltRad: 0.02, seed: 1)
      : RoverWorld(room: Room(seed: 7), start: Pose(x: 2, y: 2, headingRad: 0.5), seed: 1)
    return SimulatedMachine(world: world, wiring: MachineWiring(board), seed: 1, pace: .lockstep)
  }

  /// Started, armed and let go; then so many seconds.
  private func run(_ loop: ControlLoop, _ machine: SimulatedMachine, seconds: Double) throws {
    try loop.start()
    #expect(loop.arm() == [])
    (machine.world as? BalanceWorld)?.release(tiltRateRadS: 0)
    let end = loop.body.clock.now + Interval(seconds: seconds)
    while loop.body.clock.now < end { loop.tick() }
  }

  @Test("16 of them") func there() { #expect(Self.names.count == 16) }

  @Test("moves on the buses, addresses and lines of its file", arguments: names)
  func moves(name: String) throws {
    let board = try load(name)
    let machine = machine(board)
    let isRover = board.world == .rover
    let mind: any Mind = isRover ? ConstantMind(0.5, 0.5) : BusyMind(.balance)
    let loop = ControlLoop(
      board: board, body: try Body(board: board, hardware: machine), mind: mind, imuBins: 2)
    let before = machine.world.truth
    try run(loop, machine, seconds: 1.5)
    #expect(loop.gate.state == .armed)
    if isRover {
      let moved = machine.world.truth - before
      #expect((moved[0] * moved[0] + moved[1] * moved[1]).squareRoot() > 0.2)
    } else {
      #expect(abs(machine.world.truth[0]) < 0.2, "it still stands")
    }
  }

  @Test("on another computer's wires is refused, with the names of what is there")
  func otherWires() throws {
    let board = try load("pi5-rover")
    var text = ""
    do {
      _ = try Body(board: board, hardware: machine(try load("rock5b-rover")))
    } catch { text = "\(error)" }
    #expect(text.contains("no I2C bus \"i2c-1\" (it has: i2c-7)"))
    var other = board
    other.imu.interruptLine = "GPIO5"
    do {
      _ = try Body(board: other, hardware: machine(board))
      text = ""
    } catch { text = "\(error)" }
    #expect(text.contains("no input line \"GPIO5\" (it has: GPIO17)"))
  }

  @Test("an IMU mounted sideways is no matter when the file says so, and a stop when it does not")
  func sideways() throws {
    var board = try load("pi5-balance")
    board.imu.axes = try #require(AxisMap([.y, .z, .x]))
    let told = machine(board)
    let loop = ControlLoop(
      board: board, body: try Body(board: board, hardware: told), mind: BusyMind(.balance),
      imuBins: 2)
    try run(loop, told, seconds: 1)
    #expect(loop.gate.state == .armed)
    #expect(abs(told.world.truth[0]) < 0.2)

    let untold = machine(board)
    board.imu.axes = .identity
    let lost = ControlLoop(
      board: board, body: try Body(board: board, hardware: untold), mind: BusyMind(.balance),
      imuBins: 2)
    try lost.start()
    #expect(lost.arm().contains(.tilted))
  }

  @Test("a wire that comes off OE leaves it to the pull-up, which switches every output off")
  func outputEnable() throws {
    let board = try load("pi5-rover")
    let machine = machine(board)
    let loop = ControlLoop(
      board: board, body: try Body(board: board, hardware: machine), mind: ConstantMind(1, 1),
      imuBins: 2)
    try run(loop, machine, seconds: 1)
    #expect(machine.drives == (.driven(1), .driven(1)))
    let line = try machine.outputLine(try #require(board.pwm?.outputEnableLine))
    try line.set(high: true)
    #expect(machine.drives.left.isIdle && machine.drives.right.isIdle)
  }

  @Test("an IMU without its data-ready line is refused")
  func noInterrupt() throws {
    let board = try load("pi5-rover")
    var other = board
    other.imu.interruptLine = nil
    var text = ""
    do { _ = try Body(board: other, hardware: machine(board)) } catch { text = "\(error)" }
    #expect(text.contains("interrupt"), "\(text)")
  }
}
