// SPDX-License-Identifier: Apache-2.0
import Recorder
import Runtime
import Safety

extension TapeAct {
  /// What is done to a loop, as a tape has it.
  init(_ act: LoopAct) {
    switch act {
    case .start: self = .start
    case .arm: self = .arm
    case .disarm: self = .disarm
    case .acknowledge: self = .acknowledge
    case .leave: self = .leave
    case .stop(let reason): self = .stop(reason.rawValue)
    case .latch(let reason): self = .latch(reason.rawValue)
    case .refusals: self = .refusals
    case .tell: self = .tell
    }
  }
}

extension ControlLoop {
  /// Does again what was done to the loop that was recorded.
  func perform(_ act: TapeAct, status: StatusReader) throws {
    switch act {
    case .start: try start()
    case .arm: _ = arm()
    case .disarm: disarm()
    case .acknowledge: acknowledge()
    case .leave: leave()
    case .stop(let number): stop(Refusal(rawValue: number) ?? .operatorStop)
    case .latch(let number): latch(Refusal(rawValue: number) ?? .operatorStop)
    case .refusals: _ = refusals
    case .tell: status.read()
    }
  }
}
