// SPDX-License-Identifier: Apache-2.0
import Simulation

/// Everything that a scenario can break, by name.
enum ScenarioPart: Hashable, Sendable {
  /// A part of the simulated machine.
  case machine(SimulatedMachine.Part)
  case mind, clock, computer(ComputerPart)
  /// Processes, where they are processes of their own.
  case runtime, `guard`

  static let all: [ScenarioPart] =
    SimulatedMachine.Part.allCases.map { .machine($0) } + [.mind, .clock]
    + ComputerPart.allCases.map { .computer($0) } + [.runtime, .guard]

  var name: String {
    switch self {
    case .machine(let part): part.rawValue
    case .mind: "mind"
    case .clock: "clock"
    case .computer(let part): part.rawValue
    case .runtime: "runtime"
    case .guard: "guard"
    }
  }

  /// Whether it is a process of its own.
  var isProcess: Bool { self == .runtime || self == .guard }

  /// How it can fail, and what that is.
  var faults: [(fault: Fault, what: String)] {
    switch self {
    case .machine(let part): part.faults.map { ($0, part.describe($0)) }
    case .mind:
      [
        (.ok, "thinks"), (.off, "never decides"), (.garbage, "asks for NaN"),
        (.wrong, "asks for a thousand times full power"), (.slow, "takes longer than its deadline"),
        (.delayed, "takes longer than a plan may be old"), (.intermittent, "misses every other one")
      ]
    case .clock:
      [
        (.ok, "runs"), (.wrong, "goes back a second"), (.slow, "wakes three periods late"),
        (.delayed, "holds everything up for two seconds, once"),
        (.intermittent, "holds everything up for a moment, now and then")
      ]
    case .computer(let part): part.faults
    case .runtime:
      [
        (.off, "is killed (SIGKILL)"), (.stuck, "is stopped (SIGSTOP)"),
        (.wrong, "runs in a circle in the thread of its loop"), (.garbage, "waits for ever"),
        (.slow, "gets no CPU for two seconds"), (.delayed, "runs out of memory")
      ]
    case .guard: [(.off, "is killed (SIGKILL)"), (.stuck, "is stopped (SIGSTOP)")]
    }
  }

  /// The part of this name.
  /// - Throws: what there is.
  init(_ name: String) throws(ScenarioError) {
    guard let part = Self.all.first(where: { $0.name == name }) else {
      throw .noPart(name)
    }
    self = part
  }

  /// - Throws: how it can fail.
  func fault(_ name: String) throws(ScenarioError) -> Fault {
    guard let fault = Fault(rawValue: name), faults.contains(where: { $0.fault == fault }) else {
      throw .noFault(name, of: self)
    }
    return fault
  }
}

/// What can be wrong with the computer itself.
enum ComputerPart: String, CaseIterable, Sendable {
  case health, temperature, throttle, disk, memory
  case modelFile = "model-file"
  case boardFile = "board-file"

  var faults: [(fault: Fault, what: String)] {
    let bad: [(Fault, String)] =
      switch self {
      case .health:
        [(.off, "is never told"), (.stuck, "is told no more"), (.garbage, "is random")]
      case .temperature: [(.slow, "85 degC"), (.off, "95 degC")]
      case .throttle: [(.slow, "the supply is too low, and the clock throttled")]
      case .disk: [(.off, "full")]
      case .memory: [(.off, "used up")]
      case .modelFile, .boardFile: [(.wrong, "changed on the disk")]
      }
    return [(.ok, "well")] + bad
  }
}

/// Why a scenario cannot be run at all.
enum ScenarioError: Error, CustomStringConvertible {
  case noPart(String)
  case noFault(String, of: ScenarioPart)
  case impossible(InjectionError)
  /// A part that is a process, in a scenario without processes, or the other way round.
  case wrongPlace(ScenarioPart, isInProcesses: Bool)
  case noScenarios(String)

  var description: String {
    switch self {
    case .noPart(let name):
      "nothing here is called '\(name)'. There are "
        + ScenarioPart.all.map(\.name).joined(separator: ", ") + "."
    case .noFault(let name, let part):
      "\(part.name) cannot be '\(name)', only "
        + part.faults.map(\.fault.rawValue).joined(separator: ", ") + ". Choose one of these."
    case .impossible(let error): "\(error)"
    case .wrongPlace(let part, let isInProcesses):
      isInProcesses
        ? "\(part.name) cannot be broken between processes, only runtime and guard can. Leave out "
          + "'processes'."
        : "\(part.name) is a process: write 'processes: true'."
    case .noScenarios(let path):
      "\(path): no scenario is there. Name a .yaml file or a folder of them."
    }
  }
}
