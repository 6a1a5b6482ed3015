// SPDX-License-Identifier: Apache-2.0
import Quantities
import Testing
import WorldModel

@Suite struct QuantisedWeightsTests {
  @Test("weights are parts of their row's largest, rounded half to even")
  func weightsArePartsOfTheirRowsLargest() {
    let rows: [Float] = [127, 0.5, 1.5, -0.5, -1.5, 2.5, 0, -254, 254, 1, 3, 5]
    let quantised = QuantisedWeights(rows, inputs: 6)
    #expect(quantised.scale == [1, 2])
    #expect(quantised.weights == [127, 0, 2, 0, -2, 2, 0, -127, 127, 0, 2, 2])
  }

  @Test(
    "a row without anything to divide by gets the least scale and zeros",
    arguments: [0, -0.0, Float.leastNonzeroMagnitude, -1e-13])
  func aRowOfZerosGetsTheLeastScale(value: Float) {
    let quantised = QuantisedWeights([value, 0, 0], inputs: 3)
    #expect(quantised.scale == [1e-12])
    #expect(quantised.weights == [0, 0, 0])
    #expect(QuantisedWeights([0, 0, 0], inputs: 3).worstRelativeError(to: [0, 0, 0]) == 0)
  }

  @Test("the largest floats have a finite scale")
  func theLargestFloatsHaveAFiniteScale() {
    let quantised = QuantisedWeights([.greatestFiniteMagnitude, -1], inputs: 2)
    #expect(quantised.weights == [127, 0])
    #expect(quantised.scale[0].isFinite)
  }

  @Test("a remainder is what is lost, to half of its own step")
  func aRemainderIsWhatIsLost() {
    var random = SeededGenerator(seed: 11)
    let floats = (0..<40 * 25).map { _ in Float(random.normal()) }
    let quantised = QuantisedWeights(floats, inputs: 25)
    let remainder = quantised.remainder(of: floats)
    #expect(remainder.contains { abs($0) > 120 })
    for index in floats.indices {
      let scale = quantised.scale[index / 25]
      let steps = Float(quantised.weights[index]) + Float(remainder[index]) / 254
      #expect(abs(scale * steps - floats[index]) <= scale * (0.5 / 254 + 1e-4))
    }
  }

  @Test("the worst relative error is that of the worst row")
  func theWorstRelativeErrorIsThatOfTheWorstRow() {
    // Row 0 is exact; row 1 loses 0.5 of (127, 0.5).
    let floats: [Float] = [127, 1, 127, 0.5]
    let expected = 0.5 / (127.0 * 127 + 0.25).squareRoot()
    let worst = QuantisedWeights(floats, inputs: 2).worstRelativeError(to: floats)
    #expect(abs(worst - expected) < 1e-12)
  }

  /// The committed models were quantised by tools/train/quantize.py; their remainders tell from
  /// what, to 1/508 of a step.
  @Test(
    "the trainer's weights are quantised as the trainer did",
    arguments: ["sim-rover", "sim-balance"])
  func theTrainersWeightsAreQuantisedAsTheTrainerDid(board: String) throws {
    let file = try Safetensors(path: Repository.model(board))
    var (weights, others) = (0, 0)
    for name in file.tensors.keys where name.hasSuffix(".remainder") {
      let layer = String(name.dropLast(".remainder".count))
      let shape = try #require(file.tensors[name]).shape
      let held = try file.layer(layer, inputs: shape[1], outputs: shape[0])
      let theirs = held.quantised(inputs: shape[1])
      let ours = QuantisedWeights(held.floats, inputs: shape[1])
      for (scale, other) in zip(ours.scale, theirs.scale) {
        #expect(abs(scale - other) <= 1e-6 * other)
      }
      for (weight, other) in zip(ours.weights, theirs.weights) where weight != other {
        #expect(abs(Int(weight) - Int(other)) == 1, "a half that rounds the other way")
        others += 1
      }
      weights += ours.weights.count
    }
    #expect(weights > 50_000 && others < weights / 200, "\(others) of \(weights) differ")
  }
}
