// SPDX-License-Identifier: Apache-2.0
import Safety

extension Failsafes {
  /// A group of keys for each reason that is watched while the robot moves.
  static let keys: [(refusal: Refusal, key: Key<Section>)] =
    Refusal.allCases.filter(\.isWatched).map { refusal in
      let table = Failsafe.table(refusal)
      let follows = Failsafe.sentence(Failsafes.standard(refusal))
      let key = Key.optionalSection(refusal.key, table, "When \(refusal.what) \(follows)")
      return (refusal, key)
    }

  static let table = Table(keys.map(\.key))

  init(_ section: Section) {
    self.init()
    for (refusal, key) in Self.keys {
      guard let found = section.find(key)?.value else { continue }
      let keys = Failsafe.Keys(refusal)
      self[refusal] = Failsafe(
        found[keys.action], afterS: found[keys.debounce], found[keys.recovery])
    }
  }
}

extension Failsafe {
  struct Keys {
    let action: Key<Action>
    let debounce: Key<Double>
    let recovery: Key<Recovery>

    init(_ refusal: Refusal) {
      let standard = Failsafes.standard(refusal)
      action = .choice(
        "action", called: "an action", .standard(value: standard.action.rawValue),
        "What the gate does: ignore, warn, slow, ramp to a stop, or cut at once; at least "
          + "\(Failsafes.weakest(refusal).rawValue).")
      debounce = .quantity(
        "debounce", .seconds, 0...Failsafes.longestDebounceS(refusal),
        .standard(value: "\(plain(standard.debounceS)) s"),
        "For how long it must last without a break.")
      recovery = .choice(
        "recovery", called: "a recovery", .standard(value: standard.recovery.rawValue),
        "disarm: disarm, then arm again. latch: acknowledge first.")
    }
  }

  static func table(_ refusal: Refusal) -> Table {
    let keys = Keys(refusal)
    return Table([keys.action, keys.debounce, keys.recovery])
  }

  /// "Ramps to a stop after 2 s."
  static func sentence(_ failsafe: Failsafe) -> String {
    let after = failsafe.debounceS > 0 ? " after \(plain(failsafe.debounceS)) s" : ""
    let latch = failsafe.recovery == .latch ? ", and latches" : ""
    return switch failsafe.action {
    case .ignore: "Nothing follows."
    case .warn: "It is only told\(after)."
    case .slow: "The robot is slowed\(after)\(latch)."
    case .ramp: "The robot ramps to a stop\(after)\(latch)."
    case .cut: "The outputs go off\(after.isEmpty ? " at once" : after)\(latch)."
    }
  }
}

extension Refusal {
  /// As board.yaml writes it: low_battery.
  var key: String {
    id.reduce(into: "") { name, letter in
      if letter.isUppercase { name += "_" }
      name += letter.lowercased()
    }
  }
}

extension BoardDescription {
  /// Failsafes may be made sterner, but only so much weaker.
  static func checkFailsafes(_ file: Section, _ log: ProblemLog) {
    guard let safety = file.find(Keys.safety)?.value else { return }
    if let failsafes = safety.find(SafetySettings.Keys.failsafes)?.value {
      for (refusal, key) in Failsafes.keys {
        guard let section = failsafes.find(key)?.value else { continue }
        let (action, weakest) = (Failsafe.Keys(refusal).action, Failsafes.weakest(refusal))
        checkLatch(section, refusal, log)
        guard let asked = section.find(action), asked.value < weakest else { continue }
        log.add(
          .conflict, at: asked.place,
          "\(section.name(action)): '\(asked.value.rawValue)' is too weak for: \(refusal.what)",
          "Write \(weakest.rawValue) or something sterner: "
            + "\(choices(Failsafe.Action.allCases.filter { $0 >= weakest }.map(\.rawValue))).")
      }
    }
    checkOrder(safety, SafetySettings.Keys.surprise, SafetySettings.Keys.lost, log)
    if let computer = safety.find(SafetySettings.Keys.computer)?.value {
      checkOrder(computer, ComputerLimits.Keys.hot, ComputerLimits.Keys.tooHot, log)
    }
  }

  /// What latches cannot be made not to.
  private static func checkLatch(_ section: Section, _ refusal: Refusal, _ log: ProblemLog) {
    let key = Failsafe.Keys(refusal).recovery
    guard Failsafes.standard(refusal).recovery == .latch, let asked = section.find(key),
      asked.value != .latch
    else { return }
    log.add(
      .conflict, at: asked.place,
      "\(section.name(key)): '\(asked.value.rawValue)' is too weak for: \(refusal.what)",
      "Write latch, or leave it out: somebody has to acknowledge this.")
  }

  /// The limit that slows lies below the one that stops.
  private static func checkOrder(
    _ section: Section, _ slow: Key<Double>, _ stop: Key<Double>, _ log: ProblemLog
  ) {
    guard let low = section.find(slow), let high = section.find(stop), low.value > high.value
    else { return }
    log.add(
      .conflict, at: low.place,
      "\(section.name(slow)): \(plain(low.value)) is above \(section.name(stop)), "
        + "\(plain(high.value))",
      "The robot would stop before it is slowed: lower the one or raise the other.")
  }
}
