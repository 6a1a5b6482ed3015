// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// An emergency stop: a normally-closed contact from the line to ground, and a pull-up.
final class FakeStopContact: InputLine {
  let name: String
  var isPressed = false
  var fault = Fault.ok
  private var luck = SeededGenerator(seed: 0, stream: "stop contact")

  init(name: String) { self.name = name }

  func isHigh() throws(LineError) -> Bool {
    switch fault {
    case .off: return true
    case .stuck: return false
    case .garbage: throw LineError(line: name, errno: 5)  // EIO
    case .intermittent: return isPressed || luck.uniform() < FaultStrength.share
    default: return isPressed
    }
  }
}
