// SPDX-License-Identifier: Apache-2.0
import Yams

extension Shape {
  /// The value of a node, or nil after writing in `log` what is wrong with it.
  func read(
    _ node: Node, as path: String, like example: String, log: ProblemLog
  ) -> Located<FileValue>? {
    let place = node.place ?? Place(line: 1, column: 1)
    let slot = Slot(path: path, place: place, example: example, log: log)
    let value: FileValue? =
      switch (self, node) {
      case (.section(let table), .mapping(let mapping)):
        .section(Section(mapping, table, path: path, place: place, log: log))
      case (.list(let element), .sequence(let nodes)):
        element.readList(nodes, slot)
      case (.interval(let range), .sequence(let nodes)):
        slot.interval(nodes, within: range)
      case (_, .scalar(let scalar)):
        read(scalar.string, slot)
      default:
        slot.refuse(node.kindName, expected: expectation)
      }
    return value.map { Located(value: $0, place: place) }
  }

  /// A standard value from the table, which stands where its section does.
  func read(
    written text: String, as path: String, place: Place, log: ProblemLog
  ) -> Located<FileValue>? {
    if case .section(let table) = self {
      let section = Section(Node.Mapping([]), table, path: path, place: place, log: log)
      return Located(value: .section(section), place: place)
    }
    return read(text, Slot(path: path, place: place, example: text, log: log))
      .map { Located(value: $0, place: place) }
  }

  private func read(_ text: String, _ slot: Slot) -> FileValue? {
    if text.isEmpty { return slot.refuse("nothing", expected: expectation) }
    switch self {
    case .text: return .text(text)
    case .name: return slot.name(text, expected: expectation)
    case .choice(let words, let called): return slot.choice(text, words, called)
    case .flag: return slot.flag(text)
    case .whole(let range, _): return slot.whole(text, range, expected: expectation)
    case .number(let range): return slot.number(text, range, expected: expectation)
    case .quantity(let unit, let bounds): return slot.quantity(text, unit, bounds)
    case .interval, .list, .section:
      return slot.refuse("'\(text)'", expected: expectation)
    }
  }

  private func readList(_ nodes: Node.Sequence, _ slot: Slot) -> FileValue? {
    if nodes.isEmpty { return slot.refuse("an empty list", expected: "at least one entry") }
    return .list(
      nodes.enumerated().compactMap { index, node in
        read(node, as: "\(slot.path)[\(index)]", like: slot.example, log: slot.log)
      })
  }
}

extension Node {
  fileprivate var kindName: String {
    switch self {
    case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "'\(scalar.string)'"
    case .mapping: "a group of keys"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }
}
