// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import WorldModel

/// `umwelt bench plan`: CPU time of one plan of a model file, whatever board it is for.
///
/// One iteration and a whole small plan are timed; the plan asked for is predicted from the former,
/// and the latter tells how far such a prediction is off. Drawing candidates is left out. With
/// `--workers` it also tells how much faster several threads imagine an iteration.
struct BenchPlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Time what a plan of a given size imagines, for any model file.")

  @Option(help: "The model file.") var model: String
  @Option(help: "Candidates of an iteration.") var candidates = 300
  @Option(help: "Steps of a candidate.") var horizon = 5
  @Option(help: "Iterations of a plan.") var iterations = 30
  @Option(help: "Latents that are known at its start; all the predictor takes when absent.")
  var history: Int?
  @Option(help: "int8, or float for the reference path.") var precision = Precision.int8
  @Option(help: "Threads that imagine an iteration together, timed as well when more than 1.")
  var workers = 1
  @Option(help: "Repetitions; medians are told.") var repeats = 5
  @Flag(help: "One JSON object on standard output.") var json = false

  /// Of the small plan.
  private static let fewIterations = 2

  func validate() throws {
    for (name, value, most) in [
      ("candidates", candidates, 4096), ("horizon", horizon, 64), ("iterations", iterations, 1000),
      ("repeats", repeats, 1001), ("workers", workers, 16)
    ] where !(1...most).contains(value) {
      throw ValidationError("--\(name) is \(value), but must be in 1...\(most).")
    }
    if workers > 1, precision == .float {
      throw ValidationError("--workers is \(workers), but must be 1: float has one thread.")
    }
  }

  func run() throws {
    let model = try WorldModel(
      path: model, precision: Precisions(precision), maximumRows: candidates)
    let predictor = model.info.predictor
    let known = history ?? predictor.history
    guard (predictor.leastHistory...predictor.history).contains(known) else {
      let range = "\(predictor.leastHistory)...\(predictor.history)"
      throw ValidationError("--history is \(known), but must be in \(range) for this model.")
    }
    let result = EngineBenchmark.measure(
      model, rows: candidates, horizon: horizon, iterations: Self.fewIterations, known: known,
      repeats: repeats)
    let shared =
      workers > 1
      ? EngineBenchmark.measure(
        model, workers: workers, rows: candidates, horizon: horizon, known: known,
        repeats: repeats) : nil
    let predicted = result.encodeMs + Double(iterations) * result.rolloutMs
    let small = result.encodeMs + Double(Self.fewIterations) * result.rolloutMs
    guard json else {
      let text = text(result, known: known, predicted: predicted, small: small)
      return print(text + (shared.map { "\n" + self.text($0) } ?? ""))
    }
    var object = object(result, known: known, predicted: predicted, small: small)
    if let shared { add(shared, to: &object) }
    print(object.text)
  }

  private func text(
    _ result: EngineBenchmark.Result, known: Int, predicted: Double, small: Double
  ) -> String {
    let size = "\(candidates) x \(horizon)"
    return "\(Machine.cpuName()), \(result.isa.rawValue), \(precision.rawValue); \(model); "
      + "CPU time of one thread, medians of \(repeats)\n"
      + table([
        ["one look", "\(fixed(result.encodeMs, 2)) ms"],
        ["one iteration, \(size), \(known) known", "\(fixed(result.rolloutMs, 2)) ms"],
        [
          "a plan of \(Self.fewIterations) iterations",
          "\(fixed(result.planMs, 2)) ms, predicted \(fixed(small, 2)) ms"
        ],
        ["a plan of \(iterations) iterations, predicted", "\(fixed(predicted, 1)) ms"]
      ])
  }

  private func object(
    _ result: EngineBenchmark.Result, known: Int, predicted: Double, small: Double
  ) -> JSONObject {
    var object = JSONObject()
    object.add("machine", Machine.cpuName())
    object.add("isa", result.isa.rawValue)
    object.add("precision", precision.rawValue)
    object.add("model", model)
    object.add("candidates", candidates)
    object.add("horizon", horizon)
    object.add("iterations", iterations)
    object.add("history", known)
    object.add("encode_ms", result.encodeMs, decimals: 4)
    object.add("iteration_ms", result.rolloutMs, decimals: 4)
    object.add("small_plan_iterations", Self.fewIterations)
    object.add("small_plan_ms", result.planMs, decimals: 4)
    object.add("small_plan_predicted_ms", small, decimals: 4)
    object.add("plan_predicted_ms", predicted, decimals: 3)
    return object
  }

  private func text(_ shared: EngineBenchmark.WorkersResult) -> String {
    "wall time, medians of \(repeats) turns\n"
      + table([
        ["one iteration, 1 thread", "\(fixed(shared.aloneMs, 2)) ms"],
        [
          "one iteration, \(shared.workers) threads",
          "\(fixed(shared.togetherMs, 2)) ms, \(fixed(shared.gain, 2)) times as fast"
        ]
      ])
  }

  private func add(_ shared: EngineBenchmark.WorkersResult, to object: inout JSONObject) {
    object.add("workers", shared.workers)
    object.add("iteration_alone_wall_ms", shared.aloneMs, decimals: 4)
    object.add("iteration_workers_wall_ms", shared.togetherMs, decimals: 4)
    object.add("workers_gain", shared.gain, decimals: 3)
  }
}
