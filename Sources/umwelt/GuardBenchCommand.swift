// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// `umwelt sim guard`: how long the outputs stay on when the runtime, or the guard, is lost.
struct GuardBenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guard",
    abstract: "Kill a driving robot's runtime again and again; measure when it is safe.",
    discussion: """
      A machine, umwelt-guard and umwelt run are started, each a process of its own. The time from \
      the signal to safe outputs is measured at the machine's chips. Exit code 1 when they were \
      not safe within --limit-ms in 99 of 100 cases, or not at all in one.
      """)

  @OptionGroup var place: BoardOption
  @Option(help: "How often.") var kills = 200
  @Option(help: "To the runtime: kill, stop, hang or loop; to the guard: guard (killed) or freeze.")
  var how = Loss.kill
  @Option(help: "Seed of everything random.") var seed: UInt64 = 1
  @Option(help: "model, random or noop: what drives.") var planner = PlannerKind.model
  @Option(help: "What 99 of 100 must keep to.") var limitMs = 100.0
  @Flag(help: "One JSON object on standard output.") var json = false

  func validate() throws {
    guard (1...100_000).contains(kills) else {
      throw ValidationError("--kills is \(kills), but must be in 1...100000.")
    }
  }

  func run() throws {
    Interruption.watch()
    let bench = try GuardBench(
      place, seed: seed, arguments: ["--planner", planner.rawValue, "--seed", "1"])
    var times: [Double] = []
    var never = 0
    for index in 1...kills where !Interruption.isRequested {
      if let time = try bench.lose(how) { times.append(time) } else { never += 1 }
      if index % 20 == 0 { complain("\(index) of \(kills)") }
    }
    let (p50, p99, most) = (quantile(times, 0.5), quantile(times, 0.99), quantile(times, 1))
    let isGood = never == 0 && p99 <= limitMs && !times.isEmpty
    print(json ? object(times, never, bench.spoiled, isGood: isGood).text : """
      \(place.board), \(how.rawValue), \(times.count + never) times, seed \(seed): outputs safe \
      after p50 \(fixed(p50, 1)) ms, p99 \(fixed(p99, 1)) ms, most \(fixed(most, 1)) ms; \
      never \(never); stopped too early, and done again, \(bench.spoiled)
      """)
    if !isGood { throw ExitCode(1) }
  }

  private func object(_ times: [Double], _ never: Int, _ spoiled: Int, isGood: Bool) -> JSONObject {
    var object = JSONObject()
    object.add("board", place.board)
    object.add("how", how.rawValue)
    object.add("planner", planner.rawValue)
    object.add("seed", seed)
    object.add("times", times.count)
    object.add("never_safe", never)
    object.add("stopped_too_early", spoiled)
    object.add("safe_ms_p50", quantile(times, 0.5), decimals: 2)
    object.add("safe_ms_p99", quantile(times, 0.99), decimals: 2)
    object.add("safe_ms_most", quantile(times, 1), decimals: 2)
    object.add("limit_ms", limitMs, decimals: 1)
    object.add("is_good", isGood)
    return object
  }
}

extension Loss: ExpressibleByArgument {}
