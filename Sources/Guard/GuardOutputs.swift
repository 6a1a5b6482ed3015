// SPDX-License-Identifier: Apache-2.0
import Buses

/// What the guard has to stop the robot with: lines first, for a line waits for no bus.
public final class GuardOutputs {
  /// A line, and its level of rest.
  public struct Line {
    let line: any OutputLine
    let restsHigh: Bool

    public init(_ line: any OutputLine, restsHigh: Bool) {
      (self.line, self.restsHigh) = (line, restsHigh)
    }
  }

  /// ALL_LED_OFF_H and its bit 4: every channel full off. Source: PCA9685 rev 4, 7.3.4.
  private static let allOffHigh: UInt8 = 0xFD, fullOff: UInt8 = 0x10

  /// What the lines were told last, and took.
  public private(set) var areOn = false
  /// A line or a chip did not do as it was told.
  public private(set) var hasFailed = false
  private let lines: [Line]
  private let chips: [I2CDevice]

  /// The lines are at rest: `Hardware.outputLine` promises that.
  public init(lines: [Line], chips: [I2CDevice]) { (self.lines, self.chips) = (lines, chips) }

  /// Lets the runtime's commands through, if every line does as told; else none.
  public func turnOn() {
    areOn = true
    for line in lines where !set(line, on: true) { hasFailed = true }
    if hasFailed { turnOff() }
  }

  /// Every line at rest, whatever the others do.
  public func turnOff() {
    (areOn, hasFailed) = (false, false)
    for line in lines where !set(line, on: false) { hasFailed = true }
  }

  /// Every channel of every chip off, however often the lines go on again: the runtime sets its
  /// channels anew before it wants the outputs.
  public func silence() {
    for chip in chips {
      do throws(I2CError) { try chip.write(Self.fullOff, to: Self.allOffHigh) } catch {
        hasFailed = true
      }
    }
  }

  private func set(_ line: Line, on: Bool) -> Bool {
    do throws(LineError) {
      try line.line.set(high: on != line.restsHigh)
      return true
    } catch { return false }
  }
}
