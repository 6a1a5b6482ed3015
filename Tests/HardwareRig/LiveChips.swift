// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import LoopFixtures
import Simulation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A board's simulated chips on one I2C bus, their world brought up to the present again and again,
/// and their lines joined to those of the emulated machine.
final class LiveChips {
  private let machine: SimulatedMachine
  private let dataReady: any EdgeLine
  private let standby: any OutputLine
  private let lines: LineSocket
  /// The lines' numbers on the emulated machine's GPIO chip.
  private let dataReadyNumber, standbyNumber: UInt8
  private var adapter: TinyUSBAdapter

  init(board: BoardName, lines: Int32) throws {
    let description = try board.load()
    machine = SimulatedMachine(
      world: board.world(seed: 1), wiring: MachineWiring(description), seed: 1, pace: .realTime)
    adapter = TinyUSBAdapter(bus: try machine.i2cBus(description.imu.bus))
    dataReady = try machine.edgeLine(description.imu.interruptLine, .rising)
    standby = try machine.outputLine(description.motorDriver.standbyLine)
    self.lines = LineSocket(lines)
    (dataReadyNumber, standbyNumber) = (4, 17)
  }

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

  /// The world moves on to the present; what changed on the lines is passed on, both ways.
  func catchUp() {
    do throws(LineError) {
      while let change = lines.next() {
        if change.line == standbyNumber { try standby.set(high: change.isHigh) }
      }
      _ = machine.clock.now
      while try dataReady.nextEdge() != nil {
        lines.send(LineChange(line: dataReadyNumber, isHigh: true))
        lines.send(LineChange(line: dataReadyNumber, isHigh: false))
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
