// SPDX-License-Identifier: Apache-2.0

/// A mapping of the file whose keys and values were checked against a table.
struct Section: Sendable {
  /// From the file's root: "", "imu", "motors[1].limits".
  let path: String
  let place: Place
  private var values: [String: Located<FileValue>] = [:]
  /// Where each key stands that the file has, be its value right or wrong.
  private var keyPlaces: [String: Place] = [:]

  /// Checks every key, writes what is wrong in `log` and keeps what is right.
  init(_ entries: [Tree.Entry], _ table: Table, path: String, place: Place, log: ProblemLog) {
    (self.path, self.place) = (path, place)
    let title = path.isEmpty ? "the file" : path
    var met: [String: Place] = [:]
    let present = Set(entries.compactMap(\.key))
    for entry in entries {
      let keyPlace = entry.keyPlace
      guard let word = entry.key else {
        log.add(.wrongType, at: keyPlace, "a key of \(title) is not a word", table.allowed)
        continue
      }
      let name = RepeatedKeys.original(of: word) ?? word
      if let first = met[name] {
        log.addDuplicate(name, at: keyPlace, first: first)
      }
      guard let field = table.field(meantBy: name, in: title, at: keyPlace, present, log) else {
        continue
      }
      met[field.name] = keyPlace
      let value = field.shape.read(entry.value, as: join(path, field.name), like: field.example, log: log)
      values[field.name] = value
    }
    keyPlaces = met
    for field in table.fields where met[field.name] == nil { addAbsent(field, title, log) }
  }

  /// A value of a valid file: required, or with a standard value.
  ///
  /// Precondition: the table had no complaint and lists the key.
  subscript<Value>(key: Key<Value>) -> Value {
    guard let found = find(key) else {
      preconditionFailure("\(join(path, key.field.name)) is read but not in the checked table")
    }
    return found.value
  }

  /// A value that may be absent, or wrong and already reported.
  func find<Value>(_ key: Key<Value>) -> Located<Value>? {
    values[key.field.name]?.map(key.extract)
  }

  /// Where the file has the key, be its value right or wrong.
  func place<Value>(of key: Key<Value>) -> Place? { keyPlaces[key.field.name] }

  /// The key's path from the root of the file, for messages.
  func name<Value>(_ key: Key<Value>) -> String { join(path, key.field.name) }

  private mutating func addAbsent(_ field: Field, _ title: String, _ log: ProblemLog) {
    if field.isRequired {
      log.add(
        .missingKey, at: place, "\(title) has no '\(field.name)'",
        "\(field.help) Add it, for example '\(field.name): \(field.example)'.")
    }
    guard let text = field.standardValue else { return }
    let path = join(path, field.name)
    let value = field.shape.read(written: text, as: path, place: place, log: log)
    values[field.name] = value
  }
}

extension Table {
  /// The field of that name, or the one it is a misspelling of, which is reported.
  fileprivate func field(
    meantBy name: String, in title: String, at place: Place, _ present: Set<String>,
    _ log: ProblemLog
  ) -> Field? {
    if let field = field(named: name) { return field }
    let meant = nearest(to: name, among: fields.map(\.name))
    let hint = meant.map { "Did you mean '\($0)'? " } ?? ""
    log.add(.unknownKey, at: place, "\(title) has no key '\(name)'", hint + allowed)
    return meant.flatMap { present.contains($0) ? nil : field(named: $0) }
  }

  fileprivate var allowed: String {
    "Keys allowed here: \(fields.map(\.name).joined(separator: ", "))."
  }
}

func join(_ path: String, _ name: String) -> String {
  path.isEmpty ? name : "\(path).\(name)"
}
