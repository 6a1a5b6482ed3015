// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

extension SimulatedMachine {
  /// The kinds of parts that it has.
  public var parts: [Part] { Part.allCases.filter(has) }

  /// Breaks or mends a part, from now on.
  /// - Throws: when it has no such part, or the part cannot fail that way.
  public func inject(_ fault: Fault, into part: Part) throws(InjectionError) {
    guard part.faults.contains(fault) else { throw .noFault(fault, of: part) }
    guard has(part) else { throw .noPart(part, available: parts) }
    faults[part] = fault
    switch part {
    case .imu: imu.fault = fault
    case .pwm: pwm.fault = fault
    case .camera: camera?.fault = fault
    case .power: for monitor in monitors { monitor.fault = fault }
    case .grid: for grid in grids { grid.fault = fault }
    case .stop: stop?.fault = fault
    case .encoders: wheels.fault = fault
    case .wheels: _ = world.block(fault == .stuck)
    case .bus, .supply, .strobe, .trigger: break
    }
  }

  private func has(_ part: Part) -> Bool {
    switch part {
    case .imu, .pwm, .bus: true
    case .camera: camera != nil
    case .power, .supply: !monitors.isEmpty
    case .grid: !grids.isEmpty
    case .encoders: !wheels.isEmpty
    case .wheels: !wiring.motors.isEmpty && world.block(faults[.wheels] == .stuck)
    case .stop: stop != nil
    case .strobe: strobe != nil
    case .trigger: trigger != nil
    }
  }

  /// What reaches the motors of what the H-bridge does.
  var drivesFelt: (left: MotorDrive, right: MotorDrive) {
    let (left, right) = drives
    switch faults[.wheels] {
    case .off: return (.coasting, .coasting)
    case .wrong: return (left.reversed, right.reversed)
    default: return (left, right)
    }
  }

  /// Why a transfer to a part fails; nil where it passes. The time that it takes is taken.
  func refusal(of part: Part?) -> I2CError.Reason? {
    switch faults[.bus] {
    case .off: return .busFault
    case .stuck:
      clock.sleep(until: clock.now + FaultStrength.adapterTimeout)
      return .timedOut
    case .slow: clock.sleep(until: clock.now + FaultStrength.stretch)
    case .intermittent: if luck.uniform() < FaultStrength.share { return .busFault }
    default: break
    }
    switch part.flatMap({ faults[$0] }) {
    case .off: return .noAcknowledge
    case .slow: clock.sleep(until: clock.now + FaultStrength.stretch)
    case .intermittent: if luck.uniform() < FaultStrength.share { return .noAcknowledge }
    default: break
    }
    return nil
  }

  /// Noise on the bus.
  func spoil(_ bytes: UnsafeMutableRawBufferPointer) {
    guard faults[.bus] == .garbage else { return }
    for i in bytes.indices { bytes[i] = UInt8(truncatingIfNeeded: luck.next()) }
  }

  /// Strobe and trigger, between the camera and the computer.
  func wireCamera() {
    guard let camera else { return }
    camera.now = { [unowned self] in clock.now }
    if let trigger {
      camera.isTriggered = true
      trigger.onSet = { [unowned self] in if $0 { pulse() } }
    }
    guard strobe != nil else { return }
    camera.transfer = Self.frameTransfer
    camera.onExposure = { [unowned self] in flash(at: $0) }
  }

  /// A frame's way through USB and the kernel. Chosen, not measured: longer than a tick.
  static let frameTransfer = Interval(nanoseconds: 15_000_000)

  private func pulse() {
    switch faults[.trigger] {
    case .off: return
    case .intermittent: if luck.uniform() < FaultStrength.share { return }
    default: break
    }
    camera?.trigger(now: clock.now)
  }

  private func flash(at now: Instant) {
    switch faults[.strobe] {
    case .off: return
    case .intermittent: if luck.uniform() < FaultStrength.share { return }
    case .delayed:
      lateFlashAt = now + FaultStrength.edgeDelay
      return
    case .garbage: lateFlashAt = now + FaultStrength.edgeDelay
    default: break
    }
    strobe?.rise(at: now)
  }

  func flashLate(now: Instant) {
    guard let at = lateFlashAt, now >= at else { return }
    lateFlashAt = nil
    strobe?.rise(at: at)
  }
}

extension MotorDrive {
  /// With the motor's two wires exchanged.
  fileprivate var reversed: MotorDrive {
    if case .driven(let voltage) = self { .driven(-voltage) } else { self }
  }
}
