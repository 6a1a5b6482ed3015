// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities
import Recorder
import Safety

/// A run being recorded: goes in between the loop and its hardware, its mind and its guard, and
/// looks on at every tick.
///
/// Use: `hardware`, `mind`, `seat`, `guardLink` around what the loop is given; then `follow` the
/// loop; `finish` at the end. Thread: what the loop calls is its thread's.
public final class FlightRecording: LoopWitness {
  private let recorder: FlightRecorder
  private let port: RecordingPort
  private let tape: TapeRecorder
  private let path: String
  private let beganAt: Instant
  private var decisionsSeen = 0
  private var frameSeen: UInt32?
  private var imuSeen: Instant?
  private var stateSeen = SafetyState.booting
  private var missedSeen = 0

  /// - Parameters:
  ///   - settings: but for the words.
  ///   - at: what the loop's clock says.
  public init(
    _ settings: FlightRecorder.Settings, at: Instant = .zero, attachments: [McapAttachment] = [],
    metadata: [McapMetadata] = []
  ) throws(DiskError) {
    var settings = settings
    settings.words = StateWords.all
    (path, beganAt) = (settings.path, at)
    recorder = try FlightRecorder(
      settings, threads: ["body", "mind"], attachments: attachments, metadata: metadata)
    port = recorder.port("body")
    tape = TapeRecorder(port, at: at)
  }

  public func hardware(_ inner: any Hardware) -> any Hardware {
    RecordingHardware(inner, tape: tape)
  }

  /// For a mind that thinks on a thread of its own.
  public func mind(_ inner: any Mind) -> any Mind {
    RecordingMind(
      inner, tape: TapeRecorder(recorder.port("mind"), topic: .mindTape, at: beganAt))
  }

  /// The same mind's seat.
  public func seat(_ inner: any MindSeat) -> any MindSeat { RecordingSeat(inner, tape: tape) }

  public func guardLink(_ inner: any GuardLink, session: UInt32) -> any GuardLink {
    RecordingGuardLink(inner, session: session, tape: tape)
  }

  public func follow(_ loop: ControlLoop) { loop.witness = self }

  /// Writes what is there, once the loop has ended.
  ///
  /// Returns: what is missing, in words; nothing where all is well.
  public func finish() -> [String] {
    tape.flush()
    recorder.finish()
    var notes: [String] = []
    if let trouble = recorder.trouble { notes.append("not recorded to the end: \(trouble)") }
    let dropped = recorder.dropped
    if dropped > 0 {
      notes.append(
        "\(path): \(dropped) messages were dropped: the disk or the processor did not keep up")
    }
    return notes
  }

  public func will(_ act: LoopAct) { tape.mark(TapeAct(act)) }

  public func ticked(_ loop: ControlLoop) {
    let tick = loop.lastTick
    let at = tick.beganAt
    recordSenses(loop, at: at)
    port.record(
      CommandSample(
        setPoints: tick.command.setPoints, count: tick.command.count,
        isEnabled: tick.command.isEnabled, state: StateWords.number(tick.state)), at: at)
    port.record(
      TickSample(
        tick: tick.number, late: tick.beganAt - tick.dueAt, work: tick.endedAt - tick.beganAt,
        missed: loop.missedTicks - missedSeen), at: at)
    missedSeen = loop.missedTicks
    if loop.decisions != decisionsSeen, let decision = loop.lastDecision {
      decisionsSeen = loop.decisions
      port.record(DecisionSample(decision, count: loop.board.actions.count), at: at)
    }
    if let frame = loop.perception.frame, frame.sequence != frameSeen,
      loop.perception.senses.frameAt != nil
    {
      frameSeen = frame.sequence
      port.record(frame)
    }
    if tick.state != stateSeen { note(tick.state, at: at) }
  }

  private func recordSenses(_ loop: ControlLoop, at: Instant) {
    let perception = loop.perception
    if let imuAt = perception.senses.imuAt, imuAt != imuSeen {
      imuSeen = imuAt
      port.record(
        ImuSample(gyroRadS: perception.gyroRadS, accelMS2: perception.accelMS2), at: imuAt)
      port.record(
        PoseSample(
          bodyToEarth: perception.attitude.bodyToEarth,
          positionM: perception.senses.positionM ?? .zero), at: imuAt)
    }
    port.record(SensesSample(perception.senses, decision: loop.lastDecision, at: at), at: at)
  }

  private func note(_ state: SafetyState, at: Instant) {
    stateSeen = state
    let level: LogSample.Level =
      switch state {
      case .booting, .disarmed, .arming, .armed: .info
      case .degraded, .stopping: .warning
      case .stopped, .faulted: .error
      }
    port.record(
      LogSample(level, what: StateWords.number(state), why: state.reason.map(StateWords.number)),
      at: at)
    if level != .info { recorder.trigger() }
  }
}

/// What states and refusals are called in a recording, by number.
private enum StateWords {
  private static let kinds = SafetyState.Kind.allCases
  static let all = kinds.map(\.rawValue) + Refusal.allCases.map { "\($0.id): \($0.what)" }

  static func number(_ state: SafetyState) -> UInt16 {
    UInt16(kinds.firstIndex(of: state.kind) ?? 0)
  }

  static func number(_ refusal: Refusal) -> UInt16 { UInt16(kinds.count + refusal.rawValue) }
}

extension DecisionSample {
  fileprivate init(_ decision: Decision, count: Int) {
    self.init(action: decision.action, count: count)
    (goalDistance, surprise) = (decision.goalDistance, decision.surprise)
    (imagined, thinkS) = (decision.imagined, decision.tookS)
    (isHolding, isRecovering) = (decision.isHolding, decision.isRecovering)
  }
}

extension SensesSample {
  fileprivate init(_ senses: Senses, decision: Decision?, at: Instant) {
    self.init()
    imuAgeS = senses.imuAt.map { (at - $0).seconds }
    frameAgeS = senses.frameAt.map { (at - $0).seconds }
    (tiltRad, speedMS) = (senses.tiltRad, senses.speedMS)
    (xM, yM) = (senses.positionM?.x, senses.positionM?.y)
    surprise = decision?.surprise.map(Double.init)
    planShare = senses.planShare
    temperatureC = senses.computer?.temperatureC
    (supplyMarginV, nearestM) = (senses.supplyMarginV, senses.nearestM)
    (busErrors, isStopPressed) = (senses.busErrors, senses.isStopPressed)
  }
}
