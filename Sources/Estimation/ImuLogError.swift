// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a log, and where.
public enum ImuLogError: Error, Equatable, CustomStringConvertible {
  /// There is no header or no row.
  case empty
  /// A needed column, or one of a group that is there in part, is not in the header.
  case missingColumn(name: String)
  /// The header names a column twice.
  case repeatedColumn(name: String)
  /// A row has more or fewer fields than the header.
  case fieldCount(line: Int, expected: Int, found: Int)
  /// A field is no decimal number, or nan or infinite where a value is needed.
  case badNumber(line: Int, column: String, text: String)
  /// A row is earlier than the row before it.
  case timeBackwards(line: Int, previousS: Double, timeS: Double)

  /// Where, what, and what to do.
  public var description: String {
    switch self {
    case .empty:
      return "the log has no rows. It needs a header (t_s,gx_rad_s,...) and at least one row."
    case .missingColumn(let name):
      return "line 1: column \(name) is missing. Name the columns and their units as in"
        + " t_s,gx_rad_s,gy_rad_s,gz_rad_s,ax_m_s2,ay_m_s2,az_m_s2,mx_uT,my_uT,mz_uT."
    case .repeatedColumn(let name):
      return "line 1: column \(name) stands there twice. Remove or rename one."
    case .fieldCount(let line, let expected, let found):
      return "line \(line): \(found) fields where the header has \(expected). If it is the last"
        + " line, the recording was cut off: delete the line."
    case .badNumber(let line, let column, let text):
      return "line \(line), column \(column): \"\(text)\" is not a number there. Use decimals with"
        + " a point, such as -0.0125."
    case .timeBackwards(let line, let previous, let time):
      return "line \(line), column t_s: time goes back from \(previous) to \(time). Split the log"
        + " there, or sort it by time."
    }
  }
}
