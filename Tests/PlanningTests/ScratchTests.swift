import Planning
import Testing
@Test func scratch() {
  for N in [8,16,32,64,128] { for H in [15,20,30] {
    func run(_ change: @escaping (inout PlannerSettings) -> Void) -> (Float, Int) {
      var sum: Float = 0; var up = 0
      for seed in 0..<20 {
        let w = Pendulum()
        let p = ICEM(settings: .pendulum { $0.candidates = N; $0.horizon = H; $0.elites = max(3, N/8); change(&$0) }, actionCount: 1, seed: UInt64(seed))
        sum += drive(w, with: p, steps: 80)
        if abs(w.angle) < 0.2 { up += 1 }
      }
      return (sum/20, up)
    }
    print(N, H, "icem", run { _ in }, "plain", run { $0.colour = 0; $0.keepElites = 0 }, "plainmean", run { $0.colour = 0; $0.keepElites = 0; $0.momentum = 0; $0.execute = .mean }, "icem2", run { $0.colour = 2 }, "decay", run { $0.decay = 1.25 })
  }}
}
