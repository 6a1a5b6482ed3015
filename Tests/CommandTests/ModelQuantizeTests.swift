// SPDX-License-Identifier: Apache-2.0
import ModelFixtures
import Testing
import WorldModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `umwelt model quantize`.
@Suite struct ModelQuantizeTests {
  private let folder = TemporaryFolder()
  private var input: String { "\(folder.path)/in.safetensors" }
  private var output: String { "\(folder.path)/out.safetensors" }

  private func quantize(_ more: String...) throws -> Command.Result {
    try Command.run(["model", "quantize", input, output] + more)
  }

  private func types(_ path: String) throws -> [String: TensorType] {
    try Safetensors(path: path).tensors.mapValues(\.type)
  }

  /// What the model makes of a made-up past.
  private func prediction(_ path: String, _ precision: Precisions) throws -> [Float] {
    let model = try WorldModel(path: path, precision: precision, maximumRows: 1)
    var next = [Float](repeating: .nan, count: TinyModel.latent)
    model.predict(
      rows: 1, latents: [0.5, -1, 0.25, 2], actions: [Float](repeating: 0.7, count: 2), imu: nil,
      into: &next)
    return next
  }

  @Test("a float file becomes an int8 one that computes the same in int8", arguments: [false, true])
  func aFloatFileBecomesAnInt8One(isRover: Bool) throws {
    try (isRover ? TinyModel.rover(hasBlock: true) : .balance()).write(input, storage: .float)
    let result = try quantize("--json")
    #expect(result.code == 0 && result.errors.isEmpty, "\(result.errors)")
    let (before, after) = (try types(input), try types(output))
    #expect(after.keys.contains("predictor.output.scale"))
    #expect(!after.keys.contains { $0.hasSuffix(".remainder") })
    for (name, type) in before { #expect(after[name] == (name.hasSuffix(".weight") ? .i8 : type)) }
    #expect(try Safetensors(path: output).metadata == Safetensors(path: input).metadata)
    #expect(try prediction(output, .int8) == prediction(input, .int8))
    let sizes = [input, output].map { TemporaryFolder.read($0).count }
    #expect(sizes[1] < sizes[0])
    for member in [
      "\"input_bytes\": \(sizes[0])", "\"output_bytes\": \(sizes[1])",
      #"{"name": "predictor.output", "inputs": 8, "outputs": 4, "worst_relative_error": 0.00"#
    ] { #expect(result.output.contains(member), "\(member) in \(result.output)") }
    #expect(folder.names == ["in.safetensors", "out.safetensors"])
  }

  @Test("remainders keep the float path close to the floats")
  func remaindersKeepTheFloatPathClose() throws {
    try TinyModel.balance().write(input, storage: .float)
    #expect(try quantize("--keep-remainder").code == 0)
    #expect(try types(output)["predictor.output.remainder"] == .i8)
    let exact = try prediction(input, .float)
    let kept = zip(try prediction(output, .float), exact).map { abs($0 - $1) }.max() ?? 1
    let int8 = zip(try prediction(output, .int8), exact).map { abs($0 - $1) }.max() ?? 0
    #expect(kept < 1e-4 && kept < int8 / 10, "\(kept), \(int8)")
  }

  @Test("an int8 file keeps its weights, and its remainders where asked", arguments: [false, true])
  func anInt8FileKeepsItsWeights(keeps: Bool) throws {
    try TinyModel.balance().write(input, storage: .int8WithRemainder)
    let result = try keeps ? quantize("--keep-remainder") : quantize()
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output.contains("worst: "))
    let (before, after) = (try Safetensors(path: input), try Safetensors(path: output))
    for tensor in before.tensors.values {
      let isKept = keeps || !tensor.name.hasSuffix(".remainder")
      #expect((after.tensors[tensor.name] != nil) == isKept)
      if let copy = after.tensors[tensor.name] {
        #expect(Array(before.bytes(of: tensor)) == Array(after.bytes(of: copy)))
      }
    }
  }

  @Test("the file that is read is never overwritten, under whatever name")
  func theFileThatIsReadIsNeverOverwritten() throws {
    try TinyModel.balance().write(input, storage: .float)
    let bytes = TemporaryFolder.read(input)
    #expect(symlink(input, output) == 0)
    #expect(link(input, "\(folder.path)/new.partial") == 0)
    for name in [input, output, "\(folder.path)/new"] {
      let result = try Command.run("model", "quantize", input, name)
      #expect(result.code == 2)
      #expect(result.errors.contains("writing it would overwrite \(input)"))
      #expect(TemporaryFolder.read(input) == bytes)
    }
    #expect(folder.names == ["in.safetensors", "new.partial", "out.safetensors"])
  }

  @Test("a failure leaves what was there")
  func aFailureLeavesWhatWasThere() throws {
    try TinyModel.balance().write(input, storage: .float)
    let old = folder.write("old".utf8, "out.safetensors")
    _ = folder.write(TemporaryFolder.read(input).dropLast(3), "in.safetensors")
    let cut = try quantize()
    #expect(cut.code == 2)
    #expect(cut.errors.contains("the file was cut or damaged"))
    #expect(TemporaryFolder.read(old) == Array("old".utf8))
    #expect(folder.names == ["in.safetensors", "out.safetensors"])

    try TinyModel.balance().write(input, storage: .float)
    let nowhere = try Command.run("model", "quantize", input, "\(folder.path)/no/out.safetensors")
    #expect(nowhere.code == 2)
    #expect(nowhere.errors.contains("cannot be written: No such file or directory"))
    #expect(try quantize().code == 0)
    #expect(try Safetensors(path: old).tensors.count > 10)
  }
}
