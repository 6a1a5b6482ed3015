// SPDX-License-Identifier: Apache-2.0
import Kernels

/// The result of `umwelt bench`; parts that were not asked for are nil.
struct BenchReport {
  let board: String
  let machine: String
  let isa: ISA
  let size: EngineBench.Size
  var kernels: [EngineBench.Timing]?
  var encoder: [EngineBench.Timing]?
  var planner: [EngineBench.Timing]?
  var tick: TickBench.Result?

  init(board: String, machine: String, isa: ISA, size: EngineBench.Size) {
    (self.board, self.machine, self.isa, self.size) = (board, machine, isa, size)
  }

  /// For people.
  var text: String {
    var lines = ["\(machine), \(isa.rawValue); model of \(board); CPU time, medians"]
    if let kernels {
      let rows = kernels.map {
        [
          $0.variant.isa.rawValue, "\(fixed($0.encodeMs, 3)) ms", times($0.encodeGain),
          "\(fixed($0.predictMs, 3)) ms", times($0.predictGain)
        ]
      }
      lines.append("kernels, int8, all instruction sets in turns, \(size.candidates) candidates:")
      lines.append(table([["", "encoder", "", "predictor step", ""]] + rows))
    }
    if let encoder {
      lines.append("encoder, one look:")
      lines.append(table(encoder.map { row($0, $0.encodeMs, $0.encodeGain) }))
    }
    if let planner {
      lines.append("planner, one look and all imagination of one plan (\(size)):")
      lines.append(table(planner.map { row($0, $0.planMs, $0.planGain) }))
    }
    if let tick {
      lines.append(
        "tick, \(tick.decisions) decisions of a simulated robot, without the simulation:")
      lines.append(
        table([
          [
            "deciding", "p50 \(fixed(tick.decisionP50, 3)) ms",
            "p99 \(fixed(tick.decisionP99, 3)) ms"
          ],
          ["between", "p50 \(fixed(tick.gateP50, 3)) ms", "p99 \(fixed(tick.gateP99, 3)) ms"]
        ]))
    }
    return lines.joined(separator: "\n")
  }

  private func row(_ timing: EngineBench.Timing, _ ms: Double, _ gain: Double) -> [String] {
    [timing.variant.precision.rawValue, "\(fixed(ms, 3)) ms", times(gain)]
  }

  private func times(_ gain: Double) -> String { "x \(fixed(gain, 2))" }

  /// One JSON object; each gain is how many times faster than the first entry of its list.
  var json: String {
    var object = JSONObject()
    object.add("machine", machine)
    object.add("isa", isa.rawValue)
    object.add("board", board)
    object.add("candidates", size.candidates)
    object.add("horizon", size.horizon)
    object.add("iterations", size.iterations)
    if let kernels { object.add("kernels", kernels.map { Self.object($0, hasPlan: false) }) }
    if let encoder { object.add("encoder", encoder.map(Self.encoderObject)) }
    if let planner { object.add("planner", planner.map { Self.object($0, hasPlan: true) }) }
    if let tick {
      var part = JSONObject()
      part.add("decisions", tick.decisions)
      part.add("decision_ms_p50", tick.decisionP50, decimals: 4)
      part.add("decision_ms_p99", tick.decisionP99, decimals: 4)
      part.add("gate_ms_p50", tick.gateP50, decimals: 4)
      part.add("gate_ms_p99", tick.gateP99, decimals: 4)
      object.add("tick", part)
    }
    return object.text
  }

  private static func encoderObject(_ timing: EngineBench.Timing) -> JSONObject {
    var object = JSONObject()
    object.add("isa", timing.variant.isa.rawValue)
    object.add("precision", timing.variant.precision.rawValue)
    object.add("encode_ms", timing.encodeMs, decimals: 4)
    object.add("encode_gain", timing.encodeGain, decimals: 3)
    return object
  }

  private static func object(_ timing: EngineBench.Timing, hasPlan: Bool) -> JSONObject {
    var object = encoderObject(timing)
    object.add("predict_ms", timing.predictMs, decimals: 4)
    object.add("predict_gain", timing.predictGain, decimals: 3)
    if hasPlan {
      object.add("plan_ms", timing.planMs, decimals: 4)
      object.add("plan_gain", timing.planGain, decimals: 3)
    }
    return object
  }
}
