// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Kernels
import WorldModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `umwelt bench load`: how long a model takes from its file to its first decision.
struct BenchLoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Time the loading of a model that the page cache holds.")

  @Option(help: "The model file.") var model: String
  @Option(help: "int8, or float for the reference path.") var precision = Precision.int8
  @Option(help: "Times to load it; the median counts.") var repeats = 9
  @Flag(help: "One JSON object on standard output.") var json = false

  func validate() throws {
    guard (1...1001).contains(repeats) else {
      throw ValidationError("--repeats is \(repeats), but must be in 1...1001.")
    }
  }

  func run() throws {
    var wall: [Double] = []
    var cpu: [Double] = []
    var bytes = 0
    for round in 0...repeats {
      let start = (timeMs(CLOCK_MONOTONIC), timeMs(CLOCK_PROCESS_CPUTIME_ID))
      let loaded = try WorldModel(path: model, precision: Precisions(precision), maximumRows: 64)
      bytes = loaded.storageBytes
      if round == 0 { continue }  // fills the page cache
      wall.append(timeMs(CLOCK_MONOTONIC) - start.0)
      cpu.append(timeMs(CLOCK_PROCESS_CPUTIME_ID) - start.1)
    }
    let isa = try ISA.selected()
    if json {
      var object = JSONObject()
      object.add("model", model)
      object.add("isa", isa.rawValue)
      object.add("precision", precision.rawValue)
      object.add("storage_bytes", bytes)
      object.add("load_wall_ms", quantile(wall, 0.5), decimals: 2)
      object.add("load_cpu_ms", quantile(cpu, 0.5), decimals: 2)
      print(object.text)
    } else {
      print(
        "\(model), \(precision.rawValue), \(isa.rawValue): "
          + "\(fixed(quantile(wall, 0.5), 1)) ms (CPU \(fixed(quantile(cpu, 0.5), 1)) ms) "
          + "to \(bytes / 1000) kB of storage, median of \(repeats)")
    }
  }
}
