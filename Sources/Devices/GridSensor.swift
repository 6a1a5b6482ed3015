// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// One picture of numbers. Shape: [rows, columns], row 0 first, in the order of the chip's own
/// cell numbers.
public struct Grid: Equatable, Sendable {
  /// What a cell measures.
  public enum Unit: String, Sendable { case celsius, metres }

  public let rows: Int
  public let columns: Int
  public let unit: Unit
  /// When the chip was seen to have finished it, by the loop's clock.
  public var capturedAt: Instant
  /// Counts every picture of the sensor that was handed over; 0 before the first.
  public var sequence: UInt32
  /// The value of a cell that is not valid is of no meaning.
  public var values: [Float]
  public var isValid: [Bool]

  /// A picture without a valid cell, with storage for every later one.
  public init(rows: Int, columns: Int, unit: Unit) {
    (self.rows, self.columns, self.unit) = (rows, columns, unit)
    capturedAt = .zero
    sequence = 0
    values = [Float](repeating: 0, count: rows * columns)
    isValid = [Bool](repeating: false, count: rows * columns)
  }

  /// Nil where the chip has no value to trust.
  public subscript(row: Int, column: Int) -> Float? {
    let cell = row * columns + column
    return isValid[cell] ? values[cell] : nil
  }

  /// Sets a cell; a value that is nil or not finite makes it invalid.
  mutating func set(_ cell: Int, _ value: Double?) {
    if let value, value.isFinite {
      (values[cell], isValid[cell]) = (Float(value), true)
    } else {
      (values[cell], isValid[cell]) = (0, false)
    }
  }
}

/// A chip that measures many directions at once: temperatures or distances.
public protocol GridSensor: AnyObject {
  /// As printed on the chip.
  var name: String { get }
  var rows: Int { get }
  var columns: Int { get }
  var unit: Grid.Unit { get }
  /// How often `latest` has something new.
  var rateHz: Double { get }

  /// Checks that the chip is what it should be and configures it. Returns when it measures.
  func start(clock: any Clock) throws(DeviceError)

  /// Writes the newest measurement into `grid`; false when there is none since the last look. Never
  /// waits and never allocates.
  /// Precondition: `grid` has the sensor's rows and columns.
  func latest(into grid: inout Grid) throws(DeviceError) -> Bool
}

extension GridSensor {
  /// A grid for this sensor.
  public func emptyGrid() -> Grid { Grid(rows: rows, columns: columns, unit: unit) }
}
