// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Planning
import Quantities
import WorldModel

/// `umwelt bench search`: how much imagination iCEM and Gauss-Newton need for plans as good as
/// plain CEM's.
///
/// All search the same tasks on the same model: from a latent that the model itself imagined, find
/// the actions whose last latent is nearest a goal, which is where a hidden random sequence led.
/// Plain CEM is LeWorldModel's planner, with its 300 samples, 30 elites and 30 iterations unless
/// told otherwise; its plan is the last mean, which takes one candidate more.
struct BenchSearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Compare iCEM and Gauss-Newton with plain CEM on a LeWorldModel, at its costs.")

  @Option(help: "The model file.") var model: String
  @Option(help: "Starts and goals.") var pairs = 16
  @Option(help: "Seed of tasks and searches.") var seed: UInt64 = 1
  @Option(help: "Steps of a candidate.") var horizon = 5
  @Option(help: "Correlation of a hidden sequence's action with the one before it, 0 for white.")
  var smoothness: Float = 0.9
  @Option(help: "CEM's samples of an iteration.") var cemCandidates = 300
  @Option(help: "CEM's iterations.") var cemIterations = 30
  @Option(help: "CEM's elites.") var cemElites = 30
  @Option(help: "iCEM's samples of the first iteration.") var candidates = 200
  @Option(help: "iCEM's iterations.") var iterations = 22
  @Option(help: "iCEM's elites.") var elites = 25
  @Option(help: "iCEM's noise exponent, 0 for white.") var colour: Float = 0.5
  @Option(help: "iCEM's momentum of mean and deviation.") var momentum: Float = 0.1
  @Option(help: "iCEM's decay of the population.") var decay: Float = 1
  @Option(help: "Share of iCEM's elites that stays for the next iteration.") var keep: Float = 0.3
  @Option(help: "iCEM's least deviation, in half ranges of an action.") var leastNoise: Float = 0.02
  @Option(help: "Gauss-Newton's iterations.") var steps = 7
  @Option(help: "Samples of an iteration of the iCEM that Gauss-Newton starts from.")
  var guessCandidates = 40
  @Option(help: "Iterations of the iCEM that Gauss-Newton starts from.") var guessIterations = 10
  @Flag(help: "One JSON object on standard output.") var json = false

  func validate() throws {
    guard (0...0.999).contains(smoothness) else {
      throw ValidationError("--smoothness is \(smoothness), but must be in 0...0.999.")
    }
    for (name, value, most) in [
      ("pairs", pairs, 1000), ("horizon", horizon, 64), ("cem-candidates", cemCandidates, 4096),
      ("cem-iterations", cemIterations, 1000), ("cem-elites", cemElites, cemCandidates),
      ("candidates", candidates, 4096), ("iterations", iterations, 1000),
      ("elites", elites, candidates), ("steps", steps, 1000),
      ("guess-candidates", guessCandidates, 4096), ("guess-iterations", guessIterations, 1000)
    ] where !(1...most).contains(value) {
      throw ValidationError("--\(name) is \(value), but must be in 1...\(most).")
    }
  }

  func run() throws {
    let model = try WorldModel(path: model, maximumRows: 4096)
    let action = model.info.action
    guard model.info.predictor.leastHistory == 1, action.width % action.block == 0,
      action.width / action.block <= 8
    else {
      throw ValidationError(
        "--model is no model that starts from one latent and acts in blocks of at most 8 numbers: "
          + "give one of tools/export.")
    }
    let bench = SearchBench(model: model, horizon: horizon, seed: seed, smoothness: smoothness)
    let cem = try bench.settings { settings in
      (settings.candidates, settings.iterations) = (cemCandidates, cemIterations)
      settings.elites = cemElites
    }
    let icem = try bench.settings { settings in
      (settings.candidates, settings.iterations, settings.elites) = (candidates, iterations, elites)
      (settings.colour, settings.momentum, settings.decay) = (colour, momentum, decay)
      (settings.keepElites, settings.minimumNoise) = (keep, leastNoise)
    }
    let guess = try bench.settings { settings in
      settings = icem
      (settings.candidates, settings.iterations) = (guessCandidates, guessIterations)
      settings.elites = max(2, guessCandidates / 8)
    }
    let results = bench.run(
      pairs: pairs, rows: max(cemCandidates, candidates, guessCandidates, bench.gaussNewtonRows),
      [.plain(cem), .sampling(icem), .gaussNewton(steps, from: guess)])
    print(json ? object(model, results).text : text(model, results))
  }

  /// Tasks on which a search's plan is as cheap as CEM's or cheaper.
  private func wins(_ result: SearchBench.Result, over cem: SearchBench.Result) -> Int {
    zip(result.costs, cem.costs).count { $0 <= $1 }
  }

  private func text(_ model: WorldModel, _ results: [SearchBench.Result]) -> String {
    func row(_ name: String, _ result: SearchBench.Result) -> [String] {
      [
        name, "\(result.evaluations)", fixed(quantile(result.costs, 0.25), 3),
        fixed(quantile(result.costs, 0.5), 3), fixed(quantile(result.costs, 0.75), 3),
        "\(fixed(quantile(result.cpuMs, 0.5), 1)) ms", "\(wins(result, over: results[0]))"
      ]
    }
    let before = fixed(quantile(results[0].before, 0.5), 3)
    return "\(Machine.cpuName()), \(model.isa.rawValue), int8; \(self.model); \(pairs) tasks, "
      + "seed \(seed); a goal's cost before planning: median \(before)\n"
      + table([
        [
          "", "candidates a plan", "cost, 25 %", "median", "75 %", "CPU time a plan",
          "as cheap as CEM's"
        ],
        row("CEM", results[0]), row("iCEM", results[1]), row("Gauss-Newton", results[2])
      ])
  }

  private func object(_ model: WorldModel, _ results: [SearchBench.Result]) -> JSONObject {
    var object = JSONObject()
    object.add("machine", Machine.cpuName())
    object.add("isa", model.isa.rawValue)
    object.add("model", self.model)
    object.add("pairs", pairs)
    object.add("seed", Int(clamping: seed))
    for (name, result) in zip(["cem", "icem", "gauss_newton"], results) {
      var part = JSONObject()
      part.add("candidates_a_plan", result.evaluations)
      part.add("cost_median", quantile(result.costs, 0.5), decimals: 5)
      part.add("cost_p25", quantile(result.costs, 0.25), decimals: 5)
      part.add("cost_p75", quantile(result.costs, 0.75), decimals: 5)
      part.add("as_cheap_as_cem", wins(result, over: results[0]))
      part.add("cpu_ms_median", quantile(result.cpuMs, 0.5), decimals: 2)
      object.add(name, part)
    }
    return object
  }
}
