// SPDX-License-Identifier: Apache-2.0
import Kernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Times the engine on this thread's CPU clock, so other processes do not count.
public enum EngineBenchmark {
  /// Medians, milliseconds.
  public struct Result: Sendable, Equatable {
    /// The instruction set in use.
    public let isa: ISA
    /// The numbers in use.
    public let precision: Precisions
    /// Candidates, steps and rollouts of one plan.
    public let rows, horizon, iterations: Int
    /// One encoder pass.
    public let encodeMs: Double
    /// One predictor step of all rows.
    public let predictMs: Double
    /// One rollout of all rows over the horizon, distances included.
    public let rolloutMs: Double
    /// One encoder pass and `iterations` rollouts: what one plan costs.
    public let planMs: Double
  }

  /// Runs each part `repeats` times on made-up inputs.
  ///
  /// Rollouts start from `known` latents, the predictor's history if absent.
  /// Precondition: rows <= model.maximumRows; known as `Rollout.distances` asks.
  public static func measure(
    _ model: WorldModel, rows: Int = 64, horizon: Int = 8, iterations: Int = 3, known: Int? = nil,
    repeats: Int = 51
  ) -> Result {
    precondition(rows > 0 && horizon > 0 && iterations > 0 && repeats > 0)
    let inputs = Inputs(model: model, rows: rows, horizon: horizon, known: known)
    let rollout = Rollout(model: model, rows: rows, horizon: horizon)
    return Result(
      isa: model.isa, precision: model.precision, rows: rows, horizon: horizon,
      iterations: iterations,
      encodeMs: median(repeats) { inputs.encode(model) },
      predictMs: median(repeats) { inputs.predict(model) },
      rolloutMs: median(repeats) { inputs.roll(rollout) },
      planMs: median(repeats) {
        inputs.encode(model)
        for _ in 0..<iterations { inputs.roll(rollout) }
      })
  }

  private static func median(_ repeats: Int, _ work: () -> Void) -> Double {
    work()  // warms caches and the clock
    return median((0..<repeats).map { _ in milliseconds(.cpu, work) })
  }

  static func median(_ times: [Double]) -> Double { times.sorted()[times.count / 2] }

  /// What is counted: this thread's time on a CPU, or all that passes.
  enum Clock {
    case cpu, wall
  }

  static func milliseconds(_ clock: Clock, _ work: () -> Void) -> Double {
    let start = now(clock)
    work()
    return now(clock) - start
  }

  private static func now(_ clock: Clock) -> Double {
    var time = timespec()
    clock_gettime(clock == .cpu ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
  }

  /// Made-up inputs of the model's shapes and room for its outputs.
  struct Inputs {
    private let rows: Int
    private let known: Int?
    private let frame: [UInt8]
    private let window, latents, actions, imu, candidates, goal: FloatStorage
    private let latent, next, distances: FloatStorage

    init(model: WorldModel, rows: Int, horizon: Int, known: Int?) {
      let info = model.info
      let history = info.predictor.history
      (self.rows, self.known) = (rows, known)
      var state: UInt32 = 1
      func noise() -> Float {  // Numerical Recipes' linear congruential generator
        state = state &* 1_664_525 &+ 1_013_904_223
        return Float(state >> 8) * 0x1p-23 - 1
      }
      func floats(_ count: Int) -> FloatStorage { FloatStorage((0..<count).map { _ in noise() }) }
      frame = (0..<(info.frame?.bytes ?? 0)).map { _ in UInt8((noise() + 1) * 127) }
      window = floats(info.windowCount ?? 0)
      latents = floats(rows * history * info.latent)
      actions = floats(rows * history * info.action.width)
      imu = floats(info.predictor.imuFeatures)
      candidates = floats(rows * horizon * info.action.width)
      goal = floats(model.embeddingWidth)
      latent = FloatStorage(count: info.latent)
      next = FloatStorage(count: rows * info.latent)
      distances = FloatStorage(count: rows * horizon)
    }

    func encode(_ model: WorldModel) {
      if model.info.windowCount != nil {
        model.encode(window: window.pointer, into: latent.pointer)
      } else {
        frame.withUnsafeBufferPointer { pixels in
          if let start = pixels.baseAddress { model.encode(frame: start, into: latent.pointer) }
        }
      }
    }

    func predict(_ model: WorldModel) {
      model.predict(
        rows: rows, latents: latents.pointer, actions: actions.pointer, imu: imu.pointer,
        into: next.pointer)
    }

    func roll(_ rollout: Rollout) {
      rollout.distances(
        rows: rows, horizon: rollout.horizon, known: known,
        history: latents.pointer, pastActions: actions.pointer, imu: imu.pointer,
        candidates: candidates.pointer, goalEmbedding: goal.pointer, into: distances.pointer)
    }
  }
}
