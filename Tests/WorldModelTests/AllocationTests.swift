// SPDX-License-Identifier: Apache-2.0
import MallocCount
import Quantities
import Testing
import WorldModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The tick path never allocates (DESIGN, rule 6): counted at malloc itself.
@Suite(.enabled(if: umwelt_malloc_count_works()))
struct AllocationTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let board: String
    let precision: Precisions
    var testDescription: String { "\(board), \(precision)" }
  }

  static let cases = ["sim-rover", "sim-balance", "lewm-tiny"].flatMap { board in
    [
      Precisions.int8, .float, Precisions(encoder: .int8, predictor: .float),
      Precisions(encoder: .float, predictor: .int8)
    ].map { Case(board: board, precision: $0) }
  }

  /// What `work` does to this thread's counts, the second time: Swift fills its tables of types
  /// at their first use.
  private func settledCounts(_ work: () -> Void) -> umwelt_malloc_counts {
    work()
    return counts(work)
  }

  /// What `work` does to this thread's counts.
  private func counts(_ work: () -> Void) -> umwelt_malloc_counts {
    umwelt_malloc_count_start()
    work()
    return umwelt_malloc_count_stop()
  }

  @inline(never) private func grow(_ values: inout [Int], to count: Int) {
    for value in 0..<count { values.append(value) }
  }

  @Test("an array that grows is counted, one that has room is not")
  func anArrayThatGrowsIsCounted() {
    var values: [Int] = []
    let growing = counts { grow(&values, to: 1000) }
    #expect(growing.allocations >= 2 && growing.frees >= 1)
    values.removeAll(keepingCapacity: true)
    let roomy = counts { grow(&values, to: 1000) }
    #expect(roomy.allocations == 0 && roomy.frees == 0)
    #expect(values.count == 1000)
  }

  @Test("every way to allocate and free is counted, and nothing before or after")
  func everyWayToAllocateAndFreeIsCounted() {
    var blocks: [UnsafeMutableRawPointer?] = Array(repeating: nil, count: 5)
    let made = counts {
      blocks[0] = malloc(64)
      blocks[1] = calloc(2, 64)
      blocks[2] = realloc(blocks[0], 1 << 16)
      blocks[3] = aligned_alloc(64, 64)
      _ = posix_memalign(&blocks[4], 64, 64)
    }
    #expect(made.allocations == 5 && made.frees == 0)
    let freed = counts {
      free(nil)
      for block in blocks[1...] { free(block) }
    }
    #expect(freed.allocations == 0 && freed.frees == 4)
    free(malloc(64))
    let after = counts {}
    #expect(after.allocations == 0 && after.frees == 0)
  }

  @Test("seeing, imagining and measuring allocate and free nothing after load", arguments: cases)
  func seeingAndImaginingAllocateNothing(_ what: Case) throws {
    let (rows, horizon) = (30, 5)  // more than a block, and a window that slides
    let model = try WorldModel(
      path: what.board == "lewm-tiny" ? LeWorldModelFixture.path : Repository.model(what.board),
      precision: what.precision, maximumRows: rows)
    let info = model.info
    var random = SeededGenerator(seed: 5, stream: what.board)
    func floats(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.normal()) } }
    let frame = [UInt8](repeating: 77, count: info.frame?.bytes ?? 0)
    let window = floats(info.windowCount ?? 0)
    let history = floats(rows * info.predictor.history * info.latent)
    let actions = floats(rows * max(info.predictor.history, horizon) * info.action.width)
    let (imu, goal) = (floats(info.predictor.imuFeatures), floats(model.embeddingWidth))
    var latents = floats(rows * info.latent)
    var embeddings = floats(rows * model.embeddingWidth)
    var distances = floats(rows * horizon)
    let rollout = Rollout(model: model, rows: rows, horizon: horizon)

    let encode = settledCounts {
      if info.windowCount == nil {
        model.encode(frame: frame, into: &latents)
      } else {
        model.encode(window: window, into: &latents)
      }
    }
    let predict = settledCounts {
      model.predict(rows: rows, latents: history, actions: actions, imu: imu, into: &latents)
    }
    let embed = settledCounts { model.embed(rows: rows, latents: latents, into: &embeddings) }
    let measure = settledCounts {
      rollout.distances(
        rows: rows, horizon: horizon, history: history, pastActions: actions, imu: imu,
        candidates: actions, goalEmbedding: goal, into: &distances)
    }
    // From the least past: a window that grows first, where the predictor has such.
    let grow = settledCounts {
      rollout.distances(
        rows: rows, horizon: horizon, known: info.predictor.leastHistory, history: history,
        pastActions: actions, imu: imu, candidates: actions, goalEmbedding: goal, into: &distances)
    }
    for (name, found) in [
      ("distances from the least past", grow), ("encode", encode), ("predict", predict),
      ("embed", embed), ("distances", measure)
    ] {
      #expect(found.allocations == 0 && found.frees == 0, "\(name): \(found)")
    }
  }
}
