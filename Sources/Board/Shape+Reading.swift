// SPDX-License-Identifier: Apache-2.0

extension Shape {
  /// The value of a part of the file, or nil after writing in `log` what is wrong with it.
  func read(
    _ tree: Tree, as path: String, like example: String, log: ProblemLog
  ) -> Located<FileValue>? {
    let slot = Slot(path: path, place: tree.place, example: example, log: log)
    let value: FileValue? =
      switch (self, tree) {
      case (.section(let table), .mapping(let entries, let place)):
        .section(Section(entries, table, path: path, place: place, log: log))
      case (.map(let element), .mapping(let entries, _)):
        element.readMap(entries, slot)
      case (.list(let element), .list(let items, _)), (.oneOrMore(let element), .list(let items, _)):
        element.readList(items, slot)
      case (.tuple(let element, let count), .list(let items, _)):
        items.count == count
          ? element.readList(items, slot)
          : slot.refuse("a list of \(items.count)", expected: expectation)
      case (.interval(let range), .list(let items, _)):
        slot.interval(items, within: range)
      case (.quantities(let unit, let range), .list(let items, _)):
        slot.quantities(items, unit, within: range, expected: expectation)
      case (.oneOrMore(let element), .scalar):
        element.read(tree, as: path, like: example, log: log).map { .list([$0]) }
      case (_, .scalar(let text, _)):
        read(text, slot)
      default:
        slot.refuse(tree.kindName, expected: expectation)
      }
    return value.map { Located(value: $0, place: tree.place) }
  }

  /// A standard value from the table, which stands where its section does.
  func read(
    written text: String, as path: String, place: Place, log: ProblemLog
  ) -> Located<FileValue>? {
    if case .section(let table) = self {
      let section = Section([], table, path: path, place: place, log: log)
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
    case .output:
      return Numeral.whole(text) == nil
        ? slot.name(text, expected: expectation)
        : slot.whole(text, Shape.channels, expected: expectation)
    case .interval, .quantities, .list, .oneOrMore, .tuple, .map, .section:
      return slot.refuse("'\(text)'", expected: expectation)
    }
  }

  private func readList(_ items: [Tree], _ slot: Slot) -> FileValue? {
    if items.isEmpty { return slot.refuse("an empty list", expected: "at least one entry") }
    return .list(
      items.enumerated().compactMap { index, item in
        read(item, as: "\(slot.path)[\(index)]", like: slot.example, log: slot.log)
      })
  }

  private func readMap(_ entries: [Tree.Entry], _ slot: Slot) -> FileValue? {
    var met: [String: Place] = [:]
    var result: [FileValue.Named] = []
    for entry in entries {
      guard let word = entry.key else {
        slot.log.add(
          .wrongType, at: entry.keyPlace, "a key of \(slot.path) is not a word",
          "Start each entry with a name and a colon.")
        continue
      }
      let name = RepeatedKeys.original(of: word) ?? word
      if let first = met.updateValue(entry.keyPlace, forKey: name) {
        slot.log.addDuplicate(name, at: entry.keyPlace, first: first)
      }
      let path = join(slot.path, name)
      guard let value = read(entry.value, as: path, like: slot.example, log: slot.log) else {
        continue
      }
      result.append(
        FileValue.Named(name: Located(value: name, place: entry.keyPlace), value: value))
    }
    return .map(result)
  }
}
