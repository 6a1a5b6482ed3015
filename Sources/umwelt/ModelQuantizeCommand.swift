// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import WorldModel

/// `umwelt model quantize`: a model file in float becomes one in int8.
struct ModelQuantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Write a model file with int8 weights, one scale an output, from one with floats.",
    discussion: """
      A file that is int8 already keeps its weights and loses only its remainders. OUT appears, or \
      is replaced, only when it is whole.
      """)

  @Argument(help: "The model file to read.") var input: String
  @Argument(help: "The model file to write.") var output: String
  @Flag(help: "Also keep what rounding loses, for the float reference path: twice the size.")
  var keepRemainder = false
  @Flag(help: "One JSON object on standard output.") var json = false

  func run() throws {
    let report = try QuantizeReport(
      input: input, output: output, keepsRemainder: keepRemainder)
    print(json ? report.json : report.text)
  }
}
