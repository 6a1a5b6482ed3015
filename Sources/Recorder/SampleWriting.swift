// SPDX-License-Identifier: Apache-2.0
import Quantities

/// Makes of what a ring holds what the file holds.
struct SampleWriting {
  /// What log entries and states say, by number.
  let words: [String]
  /// Added to every time of the robot's clock: where its zero lies in the file's time.
  let epochNs: Int64

  func timeNs(_ at: Instant) -> UInt64 { UInt64(clamping: epochNs &+ at.nanoseconds) }

  /// Adds the message's data.
  func write(
    _ topic: Topic, _ bytes: UnsafeRawBufferPointer, at: Instant, thread: String,
    into out: inout RecordBytes
  ) {
    switch topic {
    case .imu: imu(bytes.value(), &out)
    case .pose: pose(bytes.value(), at, &out)
    case .senses: senses(bytes.value(), &out)
    case .decision: decision(bytes.value(), &out)
    case .command: command(bytes.value(), &out)
    case .log: log(bytes.value(), at, &out)
    case .frame: frame(bytes, &out)
    case .tick: tick(bytes.value(), &out)
    case .drops: drops(bytes.value(), thread, &out)
    case .tape, .mindTape: out.add(raw: bytes)
    }
  }

  private func imu(_ sample: ImuSample, _ out: inout RecordBytes) {
    out.json("{\"gyro_rad_s\":")
    out.json(sample.gyroRadS)
    out.json(",\"accel_m_s2\":")
    out.json(sample.accelMS2)
    out.json("}")
  }

  private func pose(_ sample: PoseSample, _ at: Instant, _ out: inout RecordBytes) {
    out.json("{\"timestamp\":")
    out.json(timeNs: timeNs(at))
    out.json(",\"parent_frame_id\":\"earth\",\"child_frame_id\":\"body\",\"translation\":")
    out.json(Vector3(sample.positionM.x, sample.positionM.y, 0))
    out.json(",\"rotation\":{\"x\":")
    out.json(sample.bodyToEarth.x)
    out.json(",\"y\":")
    out.json(sample.bodyToEarth.y)
    out.json(",\"z\":")
    out.json(sample.bodyToEarth.z)
    out.json(",\"w\":")
    out.json(sample.bodyToEarth.w)
    out.json("}}")
  }

  private func senses(_ sample: SensesSample, _ out: inout RecordBytes) {
    out.json("{\"imu_age_s\":")
    out.json(sample.imuAgeS)
    out.json(",\"frame_age_s\":")
    out.json(sample.frameAgeS)
    out.json(",\"tilt_rad\":")
    out.json(sample.tiltRad)
    out.json(",\"speed_m_s\":")
    out.json(sample.speedMS)
    out.json(",\"x_m\":")
    out.json(sample.xM)
    out.json(",\"y_m\":")
    out.json(sample.yM)
    out.json(",\"surprise\":")
    out.json(sample.surprise)
    out.json(",\"plan_share\":")
    out.json(sample.planShare)
    out.json(",\"temperature_c\":")
    out.json(sample.temperatureC)
    out.json(",\"supply_margin_v\":")
    out.json(sample.supplyMarginV)
    out.json(",\"nearest_m\":")
    out.json(sample.nearestM)
    out.json(",\"bus_errors\":")
    out.json(sample.busErrors)
    out.json(",\"is_stop_pressed\":")
    out.json(sample.isStopPressed)
    out.json("}")
  }

  private func decision(_ sample: DecisionSample, _ out: inout RecordBytes) {
    out.json("{\"action\":")
    out.json(list: min(max(sample.actionCount, 0), 8)) { Double(sample.action[$0]) }
    out.json(",\"goal_distance\":")
    out.json(sample.goalDistance)
    out.json(",\"surprise\":")
    out.json(sample.surprise)
    out.json(",\"imagined\":")
    out.json(sample.imagined)
    out.json(",\"think_s\":")
    out.json(sample.thinkS)
    out.json(",\"is_holding\":")
    out.json(sample.isHolding)
    out.json(",\"is_recovering\":")
    out.json(sample.isRecovering)
    out.json("}")
  }

  private func command(_ sample: CommandSample, _ out: inout RecordBytes) {
    out.json("{\"set_points\":")
    out.json(list: min(max(sample.count, 0), 8)) { sample.setPoints[$0] }
    out.json(",\"is_enabled\":")
    out.json(sample.isEnabled)
    out.json(",\"state\":")
    out.json(quoted: word(sample.state))
    out.json("}")
  }

  private func log(_ sample: LogSample, _ at: Instant, _ out: inout RecordBytes) {
    out.json("{\"timestamp\":")
    out.json(timeNs: timeNs(at))
    out.json(",\"level\":")
    out.json(sample.level.rawValue)
    out.json(",\"message\":")
    let reason = sample.why.map { ": " + word($0) } ?? ""
    out.json(quoted: word(sample.what) + reason)
    out.json(",\"name\":\"umwelt\",\"file\":\"\",\"line\":0}")
  }

  private func frame(_ bytes: UnsafeRawBufferPointer, _ out: inout RecordBytes) {
    let head: FrameHead = bytes.value()
    out.json("{\"timestamp\":")
    out.json(timeNs: timeNs(head.capturedAt))
    out.json(",\"frame_id\":\"camera\",\"width\":")
    out.json(head.width)
    out.json(",\"height\":")
    out.json(head.height)
    out.json(",\"encoding\":\"rgb8\",\"step\":")
    out.json(head.width * 3)
    out.json(",\"sequence\":")
    out.json(head.sequence)
    out.json(",\"data\":")
    out.json(
      base64: UnsafeRawBufferPointer(rebasing: bytes[MemoryLayout<FrameHead>.size...]))
    out.json("}")
  }

  private func tick(_ sample: TickSample, _ out: inout RecordBytes) {
    out.json("{\"tick\":")
    out.json(sample.tick)
    out.json(",\"late_ms\":")
    out.json(sample.late.milliseconds)
    out.json(",\"work_ms\":")
    out.json(sample.work.milliseconds)
    out.json(",\"missed\":")
    out.json(sample.missed)
    out.json("}")
  }

  private func drops(_ sample: DropsSample, _ thread: String, _ out: inout RecordBytes) {
    out.json("{\"thread\":")
    out.json(quoted: thread)
    out.json(",\"dropped\":")
    out.json(sample.dropped)
    out.json(",\"total\":")
    out.json(sample.total)
    out.json("}")
  }

  private func word(_ number: UInt16) -> String {
    words.indices.contains(Int(number)) ? words[Int(number)] : "?"
  }
}

extension UnsafeRawBufferPointer {
  /// What a port copied here.
  fileprivate func value<Value: BitwiseCopyable>() -> Value {
    // SAFETY: the port of the same topic copied exactly a `Value`, or one and its pixels.
    loadUnaligned(as: Value.self)
  }
}
