// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Kernels
import WorldModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `umwelt bench worker`: this engine's side of `tools/bench`.
///
/// One command a line on standard input, one JSON object a line on standard output:
/// `load W`, `run W N` (CPU and wall milliseconds of one run, the mean of N), `out W FILE.npy`,
/// `quit`. What goes wrong is answered as {"error": ...}.
struct BenchWorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Serve tools/bench: workloads in, times out, a line each.")

  @Option(help: "Folder of workloads that tools/bench made.") var workloads: String
  @Option(help: "int8, or float for the reference path.") var precision = Precision.int8

  func run() throws {
    let isa = try ISA.selected()
    var loaded: [String: BenchWorkload] = [:]
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      if words.first == "quit" { return }
      if words.isEmpty { continue }
      let answer: JSONObject
      do { answer = try self.answer(words, &loaded, isa) } catch {
        var object = JSONObject()
        object.add("error", "\(error)")
        answer = object
      }
      print(answer.text)
      fflush(nil)
    }
  }

  private func answer(
    _ words: [String], _ loaded: inout [String: BenchWorkload], _ isa: ISA
  ) throws -> JSONObject {
    var object = JSONObject()
    switch (words[0], words.count) {
    case ("load", 2):
      let start = timeMs(CLOCK_PROCESS_CPUTIME_ID)
      let workload = try BenchWorkload(
        name: words[1], folder: "\(workloads)/\(words[1])", precision: precision, isa: isa)
      workload.run()
      loaded[words[1]] = workload
      object.add("load_s", (timeMs(CLOCK_PROCESS_CPUTIME_ID) - start) / 1e3, decimals: 5)
      object.add("rss_mb", Self.peakMegabytes, decimals: 1)
    case ("run", 3):
      guard let count = Int(words[2]), count > 0 else {
        throw BenchWorkerError.badCommand(words.joined(separator: " "))
      }
      let workload = try Self.find(words[1], loaded)
      let cpu = timeMs(CLOCK_PROCESS_CPUTIME_ID)
      let wall = timeMs(CLOCK_MONOTONIC)
      for _ in 0..<count { workload.run() }
      let runs = Double(count)
      object.add("cpu_ms", (timeMs(CLOCK_PROCESS_CPUTIME_ID) - cpu) / runs, decimals: 6)
      object.add("wall_ms", (timeMs(CLOCK_MONOTONIC) - wall) / runs, decimals: 6)
      object.add("rss_mb", Self.peakMegabytes, decimals: 1)
    case ("out", 3):
      let workload = try Self.find(words[1], loaded)
      workload.run()
      let output = workload.output
      try NumpyFile.write(output.values, shape: output.shape, to: words[2])
      object.add("ok", 1)
    default: throw BenchWorkerError.badCommand(words.joined(separator: " "))
    }
    return object
  }

  private static func find(
    _ name: String, _ loaded: [String: BenchWorkload]
  ) throws(BenchWorkerError) -> BenchWorkload {
    guard let workload = loaded[name] else { throw .notLoaded(name) }
    return workload
  }

  /// Most memory that was ever resident; Linux counts kilobytes.
  private static var peakMegabytes: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) / 1024
  }
}

/// What the other side of the line did wrong.
enum BenchWorkerError: Error, CustomStringConvertible {
  case badCommand(String)
  case notLoaded(String)

  var description: String {
    switch self {
    case .badCommand(let line):
      "no such command: \(line). Say load W, run W N, out W FILE.npy or quit."
    case .notLoaded(let name): "\(name) is not loaded: say load \(name) first."
    }
  }
}
