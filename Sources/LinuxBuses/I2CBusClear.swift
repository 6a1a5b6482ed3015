// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// Frees a bus whose SDA a chip holds low, because it waits for clocks that never came.
///
/// Only for lines that are GPIOs and nobody's at that time (i2c-gpio unbound, pins not yet given to
/// a controller): the kernel refuses others, and frees them itself where its driver can.
struct I2CBusClear {
  /// Source: UM10204 (I2C specification) rev 7, section 3.1.16: nine clocks, SDA free by then.
  static let clockCount = 9
  /// Half a cycle of 100 kHz, the slowest standard mode. Source: UM10204, table 10.
  static let halfCycle = Interval(nanoseconds: 5_000)

  let scl: any OutputLine
  let sda: any InputLine
  let clock: any Clock

  /// Clocks until SDA is high; false when it stays low: the chip wants its power cut.
  func run() throws(LineError) -> Bool {
    for _ in 0..<Self.clockCount {
      if try sda.isHigh() { return true }
      try scl.set(high: false)
      wait()
      try scl.set(high: true)
      wait()
    }
    return try sda.isHigh()
  }

  private func wait() { clock.sleep(until: clock.now + Self.halfCycle) }
}
