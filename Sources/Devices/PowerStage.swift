// SPDX-License-Identifier: Apache-2.0
import Buses

/// What all bridges share: their inputs, and the line that is low while they sleep.
struct PowerStage {
  private(set) var isAwake = false
  private var inputs: PWMChannels
  private let sleep: any OutputLine

  init(inputs: [PWMChannel], sleep: any OutputLine) {
    (self.inputs, self.sleep) = (PWMChannels(inputs), sleep)
  }

  /// Asleep first, then every input off.
  mutating func start(clock: any Clock) throws(DeviceError) {
    stop()
    try inputs.start(clock: clock)
  }

  /// Precondition: 0 <= duty <= 1.
  mutating func set(_ input: Int, duty: Double) { inputs.set(input, duty: duty) }

  /// Sends the inputs, and only then wakes the bridge.
  mutating func drive() throws(DeviceError) {
    try inputs.flush()
    if !isAwake { try setAwake(true) }
  }

  /// Asleep and every input off, unless it is so already.
  mutating func rest() throws(DeviceError) {
    guard isAwake else { return }
    try setAwake(false)
    inputs.off()
  }

  /// Asleep and every input off, whatever state line and bus are in. Idempotent.
  mutating func stop() {
    fallAsleep()
    inputs.off()
  }

  /// Asleep without waiting for a bus. When the line refuses, the next command tries it again.
  mutating func fallAsleep() {
    do throws(DeviceError) { try setAwake(false) } catch { isAwake = true }
  }

  private mutating func setAwake(_ isAwake: Bool) throws(DeviceError) {
    do throws(LineError) { try sleep.set(high: isAwake) } catch { throw .line(error) }
    self.isAwake = isAwake
  }
}
