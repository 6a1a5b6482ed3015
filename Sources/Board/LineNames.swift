// SPDX-License-Identifier: Apache-2.0

/// Leads from the names that a robot's parts use to those of the computer it is wired to.
struct LineNames {
  /// Role to line, as `lines` maps them.
  let roles: [String: String]
  /// PWM outputs of the computer.
  let outputs: Set<String>

  /// A name that nobody mapped means itself.
  func line(_ name: String) -> String { roles[name] ?? name }

  func output(_ name: OutputName) -> BoardDescription.Output {
    switch name {
    case .channel(let channel): .channel(channel)
    case .named(let name):
      outputs.contains(line(name)) ? .computerPWM(line(name)) : .line(line(name))
    }
  }
}

extension LineNames {
  init(_ file: Section) {
    let mapped = file.find(BoardDescription.Keys.lines)?.value ?? []
    roles = Dictionary(
      mapped.compactMap { entry in
        entry.value.value.text.map { (entry.name.value, $0) }
      }, uniquingKeysWith: { first, _ in first })
    let computer = file.find(BoardDescription.Keys.computer)?.value
    let outputs = computer?.find(BoardDescription.Computer.Keys.pwmOutputs)?.value ?? []
    self.outputs = Set(outputs.map(\.name.value))
  }
}

extension Section {
  /// A path that starts at the folder of the file it stands in.
  func path(_ key: Key<String>, folder: String) -> String? {
    guard let found = find(key) else { return nil }
    return BoardFile.join(found.place.file.map(BoardFile.folder) ?? folder, found.value)
  }
}
