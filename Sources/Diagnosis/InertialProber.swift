// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Devices
import Quantities

/// Lets the IMU measure for a moment, as the robot's loop does at its start.
///
/// The data-ready line is asked for first: a robot that runs at this time holds it, and then its
/// IMU is left alone.
struct InertialProber {
  /// Filters settle, and the first samples are forgotten.
  private static let settleS = 0.1
  private static let watchS = 0.5
  /// The kernel keeps 16 edges of a line; half of them leave room for a late look.
  private static let edgesAtATime = 8.0

  let board: BoardDescription
  let hardware: any Hardware

  /// Nil when nothing could be asked. A chip that needs a firmware file is left to the robot's
  /// start.
  func look() -> Probe.Inertial? {
    guard let name = board.imu.interruptLine, board.imu.firmwarePath == nil else { return nil }
    let line: CountingLine
    let bus: any I2CBus
    do throws(HardwareError) {
      line = CountingLine(try hardware.edgeLine(name, .rising))
      bus = try hardware.i2cBus(board.imu.bus)
    } catch { return nil }
    var tally = Tally()
    do throws(DeviceError) {
      let imu = try board.imu.chip.driver(
        device: I2CDevice(bus: bus, address: board.imu.address), dataReady: line,
        settings: board.imu.settings)
      try imu.start(clock: hardware.clock)
      try drain(imu, forS: Self.settleS) { _ in }
      line.edges = 0
      try drain(imu, forS: Self.watchS) { tally.add($0) }
    } catch {
      var probe = Probe.Inertial()
      probe.failure = "\(error)"
      return probe
    }
    var probe = tally.probe
    (probe.edges, probe.rateHz) = (line.edges, Double(tally.count) / Self.watchS)
    return probe
  }

  private func drain(
    _ imu: any InertialSensor, forS seconds: Double, _ each: (InertialSample) -> Void
  ) throws(DeviceError) {
    let clock = hardware.clock
    let end = clock.now + Interval(seconds: seconds)
    let pause = Interval(seconds: Self.edgesAtATime / board.imu.settings.rateHz)
    while clock.now < end {
      clock.sleep(until: min(end, clock.now + pause))
      try imu.drain(each)
    }
  }
}

/// Counts the edges that the driver takes.
private final class CountingLine: EdgeLine {
  private let inner: any EdgeLine
  var edges = 0

  init(_ inner: any EdgeLine) { self.inner = inner }

  var name: String { inner.name }

  func nextEdge() throws(LineError) -> Edge? {
    guard let edge = try inner.nextEdge() else { return nil }
    edges += 1
    return edge
  }
}

/// Sums over samples.
private struct Tally {
  private(set) var count = 0
  private var first: InertialSample?
  private var differs = false
  private var (force, forceSquared, turn) = (0.0, 0.0, 0.0)

  mutating func add(_ sample: InertialSample) {
    let magnitude = sample.accelMS2.norm
    count += 1
    force += magnitude
    forceSquared += magnitude * magnitude
    turn += sample.gyroRadS.norm
    let reference = first ?? sample
    first = reference
    differs =
      differs || sample.accelMS2 != reference.accelMS2 || sample.gyroRadS != reference.gyroRadS
  }

  var probe: Probe.Inertial {
    var probe = Probe.Inertial()
    probe.samples = count
    guard count > 0 else { return probe }
    let mean = force / Double(count)
    probe.forceMS2 = mean
    probe.forceSpreadMS2 = max(0, forceSquared / Double(count) - mean * mean).squareRoot()
    probe.turnRadS = turn / Double(count)
    probe.isFrozen = count > 1 && !differs
    return probe
  }
}
