// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Simulation

/// The simulated machine with a stopwatch on its clock and its camera, where it simulates.
final class TimedHardware: HardwareLayer {
  let inner: any Hardware
  var simulationMs = 0.0

  init(_ machine: SimulatedMachine) { inner = machine }

  var clock: any Clock { TimedClock(inner.clock, self) }

  func frameSource(_ name: String) throws(HardwareError) -> any FrameSource {
    TimedCamera(try inner.frameSource(name), self)
  }
}

private final class TimedClock: Clock {
  private let clock: any Clock
  private unowned let hardware: TimedHardware

  init(_ clock: any Clock, _ hardware: TimedHardware) {
    (self.clock, self.hardware) = (clock, hardware)
  }

  var now: Instant { clock.now }

  func sleep(until deadline: Instant) {
    let start = threadTimeMs()
    clock.sleep(until: deadline)
    hardware.simulationMs += threadTimeMs() - start
  }
}

private final class TimedCamera: FrameSource {
  private let camera: any FrameSource
  private unowned let hardware: TimedHardware

  init(_ camera: any FrameSource, _ hardware: TimedHardware) {
    (self.camera, self.hardware) = (camera, hardware)
  }

  var name: String { camera.name }
  var width: Int { camera.width }
  var height: Int { camera.height }

  func latest(into frame: inout Frame) throws(FrameError) -> Bool {
    let start = threadTimeMs()
    defer { hardware.simulationMs += threadTimeMs() - start }
    return try camera.latest(into: &frame)
  }
}
