// SPDX-License-Identifier: Apache-2.0
import Kernels
import ModelFixtures
import Testing
import WorldModel

@Suite struct StorageTests {
  @Test(
    "all storage of a model is in its one block, and nothing else is",
    arguments: ["sim-rover", "sim-balance"], [Precisions.int8, .float])
  func allStorageOfAModelIsInItsOneBlock(board: String, precision: Precisions) throws {
    for isa in ISA.allCases where isa.isSupported {
      let model = try WorldModel(
        path: Repository.model(board), precision: precision, maximumRows: 33, isa: isa)
      #expect(model.arenaBytes == model.storageBytes && model.arenaBytes > 100_000)
    }
  }

  @Test("a model in separate blocks computes the same bits")
  func aModelInSeparateBlocksComputesTheSameBits() throws {
    func latent(hasArena: Bool) throws -> [UInt32] {
      let model = try WorldModel(
        file: Safetensors(path: Repository.model("sim-rover")), precision: .int8, maximumRows: 1,
        isa: .best, hasArena: hasArena)
      #expect((model.arenaBytes > 0) == hasArena)
      let frame = (0..<64 * 64 * 3).map { UInt8(truncatingIfNeeded: $0 / 5) }
      var latent = [Float](repeating: .nan, count: model.info.latent)
      model.encode(frame: frame, into: &latent)
      return latent.map(\.bitPattern)
    }
    #expect(try latent(hasArena: true) == latent(hasArena: false))
  }
}
