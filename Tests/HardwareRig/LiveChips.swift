// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import LoopFixtures
import Simulation
import Twin

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A board's simulated chips on one I2C bus, their world brought up to the present again and again,
/// and their lines joined to those of the emulated machine.
final class LiveChips {
  /// A switch that no robot has: while this line is high, the IMU has no supply.
  private static let imuCut: UInt8 = 4

  private let machine: SimulatedMachine
  private var witness: Witness
  private let standby: UInt8
  private let dataReady: (number: UInt8, line: any EdgeLine)
  private let outputs: [UInt8: any OutputLine]
  private let lines: LineSocket
  private var adapter: TinyUSBAdapter

  /// - Parameters:
  ///   - board: a description of a robot with a computer, whose lines are called GPIO and a number.
  ///   - lines: a connected socket.
  ///   - say: is told what the robot truly does.
  init(
    board: BoardDescription, world: any World, lines: Int32, say: @escaping (String) -> Void
  ) throws {
    witness = Witness(world: world, say: say)
    standby = Self.number(board.motorDriver?.standbyLine ?? "")
    machine = SimulatedMachine(
      world: world, wiring: MachineWiring(board), seed: 1, pace: .realTime)
    adapter = TinyUSBAdapter(bus: try machine.i2cBus(board.imu.bus))
    let interrupt = board.imu.interruptLine ?? ""
    dataReady = (Self.number(interrupt), try machine.edgeLine(interrupt, .rising))
    let names = [board.motorDriver?.standbyLine, board.pwm?.outputEnableLine].compactMap { $0 }
    var outputs: [UInt8: any OutputLine] = [:]
    for name in names { outputs[Self.number(name)] = try machine.outputLine(name) }
    self.outputs = outputs
    self.lines = LineSocket(lines)
  }

  /// GPIO17 is line 17 of the emulated machine's chip.
  private static func number(_ line: String) -> UInt8 { UInt8(line.drop { !$0.isNumber }) ?? 0 }

  static func of(_ context: UnsafeMutableRawPointer?) -> LiveChips {
    guard let context else { preconditionFailure("the device is served with its chips") }
    // SAFETY: `HardwareRig.main` passes its rig and keeps it while the device is served.
    return Unmanaged<LiveChips>.fromOpaque(context).takeUnretainedValue()
  }

  /// One request of the emulated machine's USB controller; see `TinyUSBAdapter.control`.
  func control(
    type: UInt8, request: UInt8, value: UInt16, index: UInt16, _ data: UnsafeMutableRawBufferPointer
  ) -> Int? {
    catchUp()
    return adapter.control(type: type, request: request, value: value, index: index, data)
  }

  private func cutIMU(_ isCut: Bool) {
    do throws(InjectionError) { try machine.inject(isCut ? .off : .ok, into: .imu) } catch {
      preconditionFailure("every robot has an IMU: \(error)")
    }
  }

  /// The world moves on to the present; what changed on the lines is passed on, both ways.
  func catchUp() {
    do throws(LineError) {
      let now = machine.clock.now
      while let change = lines.next() {
        try outputs[change.line]?.set(high: change.isHigh)
        if change.line == standby { witness.bridge(isAwake: change.isHigh, now: now) }
        if change.line == Self.imuCut { cutIMU(change.isHigh) }
      }
      witness.look(now: now)
      while try dataReady.line.nextEdge() != nil {
        lines.send(LineChange(line: dataReady.number, isHigh: true))
        lines.send(LineChange(line: dataReady.number, isHigh: false))
      }
    } catch { preconditionFailure("simulated lines do not fail: \(error)") }
  }
}

/// A line of the emulated machine went high or low.
struct LineChange: Equatable {
  var line: UInt8
  var isHigh: Bool
}

/// The socket that tools/hil/lines.c speaks on in the emulated machine: two bytes a change.
struct LineSocket {
  private let descriptor: Int32

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
  }

  /// The next change that has arrived; nil when there is none.
  func next() -> LineChange? {
    var bytes: (UInt8, UInt8) = (0, 0)
    // SAFETY: `bytes` holds the two that are read.
    let count = withUnsafeMutableBytes(of: &bytes) { read(descriptor, $0.baseAddress, 2) }
    return count == 2 ? LineChange(line: bytes.0, isHigh: bytes.1 != 0) : nil
  }

  /// A change is lost when the emulated machine does not read; so is an edge on a real one.
  func send(_ change: LineChange) {
    let bytes = (change.line, UInt8(change.isHigh ? 1 : 0))
    // SAFETY: `bytes` outlives the call.
    _ = withUnsafeBytes(of: bytes) { write(descriptor, $0.baseAddress, 2) }
  }
}
