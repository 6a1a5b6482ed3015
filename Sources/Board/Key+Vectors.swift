// SPDX-License-Identifier: Apache-2.0
import Estimation
import Quantities

extension Key where Value == [Double] {
  /// Three numbers, one for each axis; `Section.vector` checks that there are three.
  static func vector(
    _ name: String, _ range: ClosedRange<Double>, _ help: String
  ) -> Key {
    Key(name, .list(of: .number(range)), .required(example: "[0, 0, 0]"), help) { value in
      value.list.map { $0.compactMap(\.value.number) }
    }
  }
}

extension Key where Value == [[Double]] {
  /// Rows of three numbers.
  static func rows(
    _ name: String, _ range: ClosedRange<Double>, _ presence: Field.Presence, _ help: String
  ) -> Key {
    Key(name, .list(of: .list(of: .number(range))), presence, help) { value in
      value.list.map { $0.compactMap { row in row.value.list?.compactMap(\.value.number) } }
    }
  }

  /// The three rows of a matrix; `Section.matrix` checks that there are three.
  static func matrix(_ name: String, _ range: ClosedRange<Double>, _ help: String) -> Key {
    rows(name, range, .required(example: "[[1, 0, 0], [0, 1, 0], [0, 0, 1]]"), help)
  }
}

extension Section {
  /// Three numbers; nil after writing in `log` that there are more or fewer.
  func vector(_ key: Key<[Double]>, _ log: ProblemLog) -> Vector3? {
    guard let found = find(key) else { return nil }
    return vector(found.value, name(key), found.place, log)
  }

  func vectors(_ key: Key<[[Double]]>, _ log: ProblemLog) -> [Vector3]? {
    guard let found = find(key) else { return nil }
    return found.value.compactMap { vector($0, name(key), found.place, log) }
  }

  func matrix(_ key: Key<[[Double]]>, _ log: ProblemLog) -> Matrix3? {
    guard let rows = vectors(key, log), let found = find(key) else { return nil }
    guard found.value.count == 3 else {
      log.add(
        .wrongType, at: found.place, "\(name(key)): found \(found.value.count) rows",
        "A matrix of three rows is needed.")
      return nil
    }
    return rows.count == 3 ? Matrix3(rows: (rows[0], rows[1], rows[2])) : nil
  }

  private func vector(
    _ numbers: [Double], _ name: String, _ place: Place, _ log: ProblemLog
  ) -> Vector3? {
    guard numbers.count == 3 else {
      // One that is wrong by itself was reported, and then is one too few.
      log.add(
        .wrongType, at: place, "\(name): found \(numbers.count) good numbers in a row",
        "Three are needed, for x, y and z.")
      return nil
    }
    return Vector3(numbers[0], numbers[1], numbers[2])
  }
}
