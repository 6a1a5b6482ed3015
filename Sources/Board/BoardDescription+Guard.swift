// SPDX-License-Identifier: Apache-2.0

import Safety

extension BoardDescription {
  /// An actuator that umwelt-guard could not stop: no line that it can hold stands before it.
  ///
  /// Motors are behind `motor_driver.standby`, channels of the PWM chip behind its output enable,
  /// and a relay's line is the guard's.
  public struct Unstoppable: Hashable, Sendable {
    public var what: String
    public var remedy: String
  }

  /// What moves on this board that umwelt-guard could not stop.
  public var unstoppable: [Unstoppable] {
    let hasEnable = pwm?.outputEnableLine != nil
    let rate = [Unstoppable(gateHz: rates.gateHz)]
    let parts =
      servos.map { Unstoppable("servo \($0.name)", $0.output, hasEnable: hasEnable) }
      + escs.map { Unstoppable("ESC \($0.name)", $0.output, hasEnable: hasEnable) }
    return (rate + parts).compactMap { $0 }
  }

  /// A robot that must not move without its guard is one that its guard can stop.
  static func checkGuard(_ file: Section, _ log: ProblemLog) {
    guard let safety = file.find(Keys.safety)?.value,
      let wish = safety.find(SafetySettings.Keys.needsGuard), wish.value
    else { return }
    let names = LineNames(file)
    let hasEnable = file.find(Keys.pwm)?.value.place(of: PWM.Keys.outputEnable) != nil
    func check(_ part: Section, _ key: Key<OutputName>) {
      guard let output = part.find(key)?.value,
        let gap = Unstoppable(part.path, names.output(output), hasEnable: hasEnable)
      else { return }
      log.add(.conflict, at: wish.place, "safety.guard: \(gap.what)", gap.remedy)
    }
    let rates = file.find(Keys.rates)?.value
    if let gate = rates?.find(Rates.Keys.gate), let gap = Unstoppable(gateHz: gate.value) {
      log.add(.conflict, at: gate.place, "safety.guard: \(gap.what)", gap.remedy)
    }
    for servo in file.all(Keys.servos) { check(servo, Servo.Keys.output) }
    for esc in file.all(Keys.escs) { check(esc, ESC.Keys.output) }
  }
}

extension BoardDescription.Unstoppable {
  /// Nil for a gate that beats often enough: one beat may fail to come in time.
  init?(gateHz: Double) {
    let leastHz = 2 / Heartbeat.promiseS
    guard gateHz < leastHz else { return nil }
    what = "the gate, at \(plain(gateHz)) Hz, tells the guard too seldom that it lives"
    remedy = "Write 'gate: \(plain(leastHz)) Hz' or more under 'rates', or leave the guard out."
  }

  /// Nil for an output that the guard can stop.
  init?(_ part: String, _ output: BoardDescription.Output, hasEnable: Bool) {
    switch output {
    case .channel:
      if hasEnable { return nil }
      what = "\(part) is on the PWM chip, whose outputs no line switches off"
      remedy = "Wire the chip's OE pin to a GPIO line with a pull-up, and add 'output_enable' to "
        + "'pwm'; or leave the guard out."
    case .computerPWM(let name):
      what = "\(part) is on the computer's own PWM output \(name), which no line switches off"
      remedy = "Move it to a channel of a PWM chip with an 'output_enable', or leave the guard out."
    case .line: return nil
    }
  }
}
