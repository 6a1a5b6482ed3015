// SPDX-License-Identifier: Apache-2.0

/// The record's file, in the state folder. Nobody edits it: a check that does not fit is damage.
extension FaultRecord {
  public static func path(in folder: String) -> String { "\(folder)/safety.yaml" }

  /// Nil where nothing was ever recorded.
  ///
  /// Throws: that there is a record which cannot be used: the robot must stay disarmed as after a
  /// fault.
  public static func load(
    folder: String, note: (StateNote) -> Void
  ) throws(BoardError) -> FaultRecord? {
    guard let found = try StateFile.load(path(in: folder), by: .machine, note: note) else {
      return nil
    }
    return try parse(found.text, path: found.path)
  }

  /// Checks the text of a record.
  public static func parse(_ text: String, path: String) throws(BoardError) -> FaultRecord {
    let log = ProblemLog(path: path)
    let file = try Section(text, table, path: path, log: log)
    var record = FaultRecord(
      reset: file.find(Keys.reset)?.value, start: file.find(Keys.start)?.value)
    for latch in file.find(Keys.latched)?.value.compactMap(Latch.init) ?? [] {
      record.latch(latch)
    }
    try log.throwIfAny()
    return record
  }

  /// Whole or not at all, the record before kept.
  public func save(folder: String) throws(StateFileError) {
    try StateFile.save(text, path: Self.path(in: folder))
  }

  var text: String {
    var text = """
      # SPDX-License-Identifier: Apache-2.0
      # What stopped the robot. It stays disarmed until this is cleared.

      """
    if let reset { text += "reset: \(reset.rawValue)\n" }
    if let start { text += "start: \"\(Self.word(start))\"\n" }
    if reset == nil, start == nil, latches.isEmpty { return text + "{}\n" }
    if !latches.isEmpty { text += "latched:\n" }
    for latch in latches {
      text += """
          - fault: \(latch.name)
            by: \(latch.by.rawValue)
            when: "\(latch.when)"
            uptime_s: \(latch.uptimeS)

        """
    }
    return text
  }

  /// What needs no escape between quotation marks.
  private static func word(_ text: String) -> String {
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
  }

  fileprivate enum Keys {
    static let reset = Key<Reset>.choice(
      "reset", called: "a reason", .optional(example: "watchdog"),
      "Why the computer or the runtime last started anew.")
    static let start = Key.text(
      "start", .optional(example: "4f3c"), "The computer's start that was looked at last.")
    static let latched = Key<[Section]>.optionalSections(
      "latched", latchTable, "What latched, oldest first.")
    static let fault = Key.name("fault", .required(example: "staleImu"), "What latched.")
    static let by = Key<Witness>.choice(
      "by", called: "a witness", .required(example: "gate"), "Who saw it.")
    static let when = Key.text(
      "when", .required(example: "2026-01-31T12:00:00Z"), "When, by the wall clock in UTC.")
    static let uptime = Key.number(
      "uptime_s", 0...1e12, .required(example: "12.5"), "When, since the computer's start.")
  }

  private static let latchTable = Table([Keys.fault, Keys.by, Keys.when, Keys.uptime])
  private static let table = Table([Keys.reset, Keys.start, Keys.latched])
}

extension FaultRecord.Latch {
  /// The fault as a word that can be read back, whatever it was called.
  fileprivate var name: String {
    let letters = fault.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return letters.first?.isLetter == true ? String(letters) : "fault-" + String(letters)
  }

  /// Nil where the log says what is wrong.
  fileprivate init?(_ section: Section) {
    guard let fault = section.find(FaultRecord.Keys.fault),
      let by = section.find(FaultRecord.Keys.by), let when = section.find(FaultRecord.Keys.when),
      let uptime = section.find(FaultRecord.Keys.uptime)
    else { return nil }
    self.init(fault: fault.value, by: by.value, when: when.value, uptimeS: uptime.value)
  }
}
