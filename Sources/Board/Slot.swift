// SPDX-License-Identifier: Apache-2.0

/// The place of one value: reads it from text, or says there what is wrong with it.
struct Slot {
  let path: String
  let place: Place
  /// A right value, written as in the file.
  let example: String
  let log: ProblemLog

  func name(_ text: String, expected: String) -> FileValue? {
    let isName =
      text.first?.isLetter == true
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    return isName ? .text(text) : refuse("'\(text)'", expected: expected)
  }

  func choice(_ text: String, _ words: [String], _ called: String) -> FileValue? {
    if words.contains(text) { return .text(text) }
    let hint = nearest(to: text, among: words).map { "Did you mean '\($0)'? " } ?? ""
    return report(
      .outOfRange, "'\(text)' is not \(called) known here", hint + "Choose \(choices(words)).")
  }

  func flag(_ text: String) -> FileValue? {
    switch text {
    case "true": .flag(true)
    case "false": .flag(false)
    default: refuse("'\(text)'", expected: "true or false")
    }
  }

  func whole(_ text: String, _ range: ClosedRange<Int>, expected: String) -> FileValue? {
    guard let number = Numeral.whole(text) else { return refuse("'\(text)'", expected: expected) }
    if range.contains(number) { return .whole(number) }
    return report(.outOfRange, "\(text) is out of range", "\(capitalised(expected)) is needed.")
  }

  func number(_ text: String, _ range: ClosedRange<Double>, expected: String) -> FileValue? {
    guard let (number, unit) = Numeral.split(text) else {
      return refuse("'\(text)'", expected: expected)
    }
    if !unit.isEmpty {
      return report(.unit, "'\(text)' has a unit, '\(unit)'", "This is a plain number: remove it.")
    }
    if range.contains(number) { return .number(number) }
    return report(.outOfRange, "\(text) is out of range", "\(capitalised(expected)) is needed.")
  }

  func interval(_ items: [Tree], within range: ClosedRange<Double>) -> FileValue? {
    let shape = Shape.interval(range)
    let ends = items.compactMap { item in
      item.text.flatMap(Numeral.split).flatMap { $0.unit.isEmpty ? $0.number : nil }
    }
    guard items.count == 2, ends.count == 2 else {
      let found = items.count == 2 ? "something else than two numbers" : "a list of \(items.count)"
      return refuse(found, expected: shape.expectation)
    }
    guard ends[0] < ends[1], range.contains(ends[0]), range.contains(ends[1]) else {
      return report(
        .outOfRange, "[\(plain(ends[0])), \(plain(ends[1]))] is out of range",
        "\(capitalised(shape.expectation)) is needed, low below high.")
    }
    return .interval(ends[0]...ends[1])
  }

  /// The file has no such thing here.
  func refuse(_ found: String, expected: String) -> FileValue? {
    report(
      .wrongType, "found \(found)",
      "\(capitalised(expected)) is needed, for example '\(example)'.")
  }

  func report(_ kind: BoardProblem.Kind, _ what: String, _ remedy: String) -> FileValue? {
    log.add(kind, at: place, "\(path): \(what)", remedy)
    return nil
  }
}

func capitalised(_ sentence: String) -> String {
  sentence.prefix(1).uppercased() + sentence.dropFirst()
}
