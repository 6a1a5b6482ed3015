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
  private let relays: [any OutputLine]
  private let chips: [I2CDevice]
  /// Which relays were told to close, bit 0 the first.
  private var closed: UInt8 = 0

  /// The lines are at rest: `Hardware.outputLine` promises that.
  ///
  /// - Parameters:
  ///   - lines: what lets commands through at all.
  ///   - relays: closed when high and only while those do; at most `mostRelays`.
  public init(lines: [Line], relays: [any OutputLine] = [], chips: [I2CDevice]) {
    precondition(relays.count <= Self.mostRelays, "a bit of a heartbeat for each relay")
    (self.lines, self.relays, self.chips) = (lines, relays, chips)
  }

  /// A heartbeat has bits for so many.
  public static let mostRelays = UInt8.bitWidth

  /// Lets the runtime's commands through, if every line does as told; else none.
  public func turnOn() {
    areOn = true
    for line in lines where !set(line, on: true) { hasFailed = true }
    if hasFailed { turnOff() }
  }

  /// Closes these relays and opens the others, if the outputs are on and every line does as told;
  /// else everything off.
  public func close(_ wanted: UInt8) {
    guard areOn, wanted != closed else { return }
    for i in relays.indices where (wanted ^ closed) & 1 << i != 0 {
      if !set(Line(relays[i], restsHigh: false), on: wanted & 1 << i != 0) { hasFailed = true }
    }
    closed = wanted
    if hasFailed { turnOff() }
  }

  /// Every line at rest, whatever the others do.
  public func turnOff() {
    (areOn, hasFailed, closed) = (false, false, 0)
    for line in lines where !set(line, on: false) { hasFailed = true }
    for relay in relays where !set(Line(relay, restsHigh: false), on: false) { hasFailed = true }
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
