// SPDX-License-Identifier: Apache-2.0
import Safety
import Testing

@Suite("Safety states")
struct StateTests {
  static let (one, other) = (Refusal.staleImu, Refusal.tilted)
  static let states: [SafetyState] = [
    .booting, .disarmed, .arming, .armed, .degraded(one), .stopping(one), .stopped(one),
    .faulted(one)
  ]
  static let events: [SafetyEvent] = [
    .booted, .arm, .settled, .slow(other), .clear, .ramp(other), .rampOver(latches: false),
    .rampOver(latches: true), .cut(other, latches: false), .cut(other, latches: true),
    .disarm(latches: false), .disarm(latches: true), .acknowledge
  ]

  /// Every cell of the table: a row a state, a column an event; "-" stays.
  static let table = """
    booting:  D - - -  - -  -  -  -  F' -  -  -
    disarmed: - A - -  - -  -  -  -  F' -  -  -
    arming:   - - M D  - D  -  -  D  F' D  D  -
    armed:    - - - G' - R' -  -  S' F' D  D  -
    degraded: - - - G' M R' -  -  S' F' D  D  -
    stopping: - - - -  - -  S  F  S' F' D  F  -
    stopped:  - - - -  - -  -  -  -  F' D  D  -
    faulted:  - - - -  - -  -  -  -  -  -  -  D
    """

  /// What a letter of the table stands for; a dash after it names the event's reason.
  static func state(_ letter: Substring, from state: SafetyState) -> SafetyState {
    switch letter {
    case "D": .disarmed
    case "A": .arming
    case "M": .armed
    case "G'": .degraded(other)
    case "R'": .stopping(other)
    case "S": .stopped(one)
    case "S'": .stopped(other)
    case "F": .faulted(one)
    case "F'": .faulted(other)
    default: state
    }
  }

  @Test("every event leads from every state to where the table says", arguments: states.indices)
  func walk(row: Int) {
    let line = Self.table.split(separator: "\n")[row].split(separator: " ").dropFirst()
    #expect(line.count == Self.events.count)
    for (event, letter) in zip(Self.events, line) {
      let from = Self.states[row]
      #expect(from.after(event) == Self.state(letter, from: from), "\(from) \(event)")
    }
  }

  @Test("from wherever it is, no way leads to a moving robot but arming it")
  func onlyArming() {
    var reached: Set<Int> = [0]
    var grew = true
    while grew {
      let before = reached.count
      for index in reached {
        for event in Self.events where event != .arm {
          let next = Self.states[index].after(event)
          if let found = Self.states.firstIndex(where: { name($0) == name(next) }) {
            reached.insert(found)
          }
        }
      }
      grew = reached.count > before
    }
    let names = reached.map { name(Self.states[$0]) }
    #expect(Set(names) == ["booting", "disarmed", "faulted"])
  }

  private func name(_ state: SafetyState) -> String {
    switch state {
    case .booting: "booting"
    case .disarmed: "disarmed"
    case .arming: "arming"
    case .armed: "armed"
    case .degraded: "degraded"
    case .stopping: "stopping"
    case .stopped: "stopped"
    case .faulted: "faulted"
    }
  }

  @Test("a state is called the same, whatever its reason")
  func names() {
    let named: [(SafetyState, String)] = [
      (.booting, "booting"), (.disarmed, "disarmed"), (.arming, "arming"), (.armed, "armed"),
      (.degraded(.tilted), "degraded"), (.stopping(.staleImu), "stopping"),
      (.stopped(.noFrame), "stopped"), (.faulted(.tilted), "faulted")
    ]
    for (state, name) in named { #expect(state.kind.rawValue == name) }
    #expect(SafetyState.Kind.allCases.map(\.rawValue) == named.map(\.1))
  }

  @Test("only a following robot follows, and outputs are on only where something may move")
  func properties() {
    let following = Self.states.filter(\.isFollowing)
    #expect(following == [.armed, .degraded(Self.one)])
    let enabled = Self.states.filter(\.isEnabled)
    #expect(enabled == [.arming, .armed, .degraded(Self.one), .stopping(Self.one)])
    let reasoned = Self.states.filter { $0.reason == Self.one }
    #expect(reasoned == Array(Self.states.suffix(4)))
    #expect(Self.states.prefix(4).allSatisfy { $0.reason == nil })
  }
}
