// SPDX-License-Identifier: Apache-2.0
import Buses

/// An emergency stop or an end stop on an input line.
///
/// Wire a **normally-closed** contact between the line and ground, with a pull-up: untouched it is
/// low, and both a press and a broken wire are high.
public struct StopSwitch {
  private let line: any InputLine

  public init(line: any InputLine) { self.line = line }

  /// A line that cannot be read throws, which must stop the robot too.
  public func isPressed() throws(DeviceError) -> Bool {
    do throws(LineError) { return try line.isHigh() } catch { throw .line(error) }
  }
}
