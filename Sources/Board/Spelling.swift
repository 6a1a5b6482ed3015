// SPDX-License-Identifier: Apache-2.0

/// The candidate a person most likely meant, or nil when none is close.
///
/// Close means at most one edit for every three letters, and always allows one.
package func nearest(to word: String, among candidates: [String]) -> String? {
  let typed = spelling(word)
  let best = candidates.map { ($0, editDistance(typed, spelling($0))) }.min { $0.1 < $1.1 }
  guard let (candidate, distance) = best else { return nil }
  return distance <= max(1, typed.count / 3) ? candidate : nil
}

/// Letters compare without case, and `-`, `_` and space are the same.
private func spelling(_ word: String) -> [Character] {
  word.lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 }
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
///
/// Source: optimal string alignment distance, Wagner-Fischer 1974 with Damerau's transposition.
func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var cost = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        cost = min(cost, beforePrevious[j - 1] + 1)
      }
      row.append(cost)
    }
    (beforePrevious, previous) = (previous, row)
  }
  return previous[b.count]
}

/// "a, b or c".
func choices(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " or " + last
}

/// A number as people write it: 100, not 100.0.
func plain(_ number: Double) -> String {
  let text = "\(number)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
