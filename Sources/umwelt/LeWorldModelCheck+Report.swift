// SPDX-License-Identifier: Apache-2.0

extension LeWorldModelCheck {
  var text: String {
    var rows = [
      ["against fp32", "float error", "allowed", "int8 cosine least", "mean", "asked", ""]
    ]
    for stage in stages {
      rows.append([
        stage.name, stage.floatError.map(short) ?? "int8 file", short(stage.allowedError),
        fixed(stage.cosines.min() ?? 1, 6), fixed(mean(stage.cosines), 6),
        stage.leastMeanCosine.map { ">= \($0)" } ?? "-", stage.isFine ? "fine" : "WRONG"
      ])
    }
    var ranks = [["int8 on proposals", "Spearman", "asked", "elites in common", "best", ""]]
    for part in proposals {
      let best =
        part.isSameBest
        ? "the same" : part.isBestAmongElites ? "among float's elites" : "another"
      ranks.append([
        "\(part.known) known, " + (part.iteration.map { "iteration \($0 + 1)" } ?? "whole plan"),
        fixed(part.spearman, 5), part.leastSpearman.map { ">= \($0)" } ?? "-",
        "\(fixed(100 * part.eliteOverlap, 1)) %", best, part.isFine ? "fine" : "WRONG"
      ])
    }
    return table(rows) + "\n" + table(ranks)
  }

  var complaint: String {
    let isRight = stages.allSatisfy { ($0.floatError ?? 0) <= $0.allowedError }
    return isRight
      ? "int8 loses more of what the reference computes than is asked: see which part, and keep "
        + "that one in float (--encoder float judges with the encoder so)"
      : "this file does not compute what the reference computes: export it again, or report a bug "
        + "with the output of `umwelt model info`"
  }

  var lists: [(name: String, objects: [JSONObject])] {
    [("checks", stages.map(Self.object)), ("proposals", proposals.map(Self.object))]
  }

  private static func object(_ stage: Stage) -> JSONObject {
    var object = JSONObject()
    object.add("name", stage.name)
    object.add("float_max_abs_error", exactly: stage.floatError ?? .nan)
    object.add("float_max_abs_error_allowed", exactly: stage.allowedError)
    object.add("int8_cosine_min", exactly: stage.cosines.min() ?? 1)
    object.add("int8_cosine_mean", exactly: mean(stage.cosines))
    object.add("int8_cosine_mean_allowed", exactly: stage.leastMeanCosine ?? .nan)
    object.add("fine", stage.isFine)
    return object
  }

  private static func object(_ part: Proposals) -> JSONObject {
    var object = JSONObject()
    object.add("known", part.known)
    object.add("iteration", exactly: part.iteration.map { Double($0 + 1) } ?? .nan)
    object.add("spearman", exactly: part.spearman)
    object.add("spearman_allowed", exactly: part.leastSpearman ?? .nan)
    object.add("elite_overlap", exactly: part.eliteOverlap)
    object.add("same_best", part.isSameBest)
    object.add("best_among_elites", part.isBestAmongElites)
    object.add("fine", part.isFine)
    return object
  }
}
