// SPDX-License-Identifier: Apache-2.0
import Board
import Buses

/// The I2C buses that the board file names: there, usable, alive and fast enough.
enum BusCheck: Check {
  /// Above this share of the bus's time a retry makes the next sample late. Own choice: twice the
  /// 25 % that a driver is allowed, and one retry of everything still fits.
  private static let busiest = 0.5

  static func look(_ evidence: Evidence) -> [Finding] {
    evidence.board.busNames.flatMap { bus in
      let gone = absence(bus, evidence)
      return gone.isEmpty ? stuck(bus, evidence) + speed(bus, evidence) : gone
    }
  }

  static func fine(_ evidence: Evidence) -> String? {
    list(
      evidence.board.busNames.map { bus in
        let speed = speedHz(bus, evidence).map { " at \(rounded($0 / 1000)) kHz" }
        return bus + (speed ?? "")
      })
  }

  private static func absence(_ bus: String, _ evidence: Evidence) -> [Finding] {
    let facts = evidence.facts
    guard let adapter = evidence.adapter(bus) else {
      let there = facts.i2cAdapters.map { "\($0.kernelName) (\($0.name))" }
      return [
        Finding(
          .busMissing, .error, .buses, at: bus,
          "This computer has no I2C bus \"\(bus)\"\(place(bus, evidence)); it has \(list(there)).",
          why: "The chips on it cannot be reached.", fix: enable(bus, evidence))
      ]
    }
    let node = "/dev/\(adapter.kernelName)"
    if evidence.isRobot, !facts.nodes.contains(where: { $0.path == node }) {
      return [
        Finding(
          .busHasNoNode, .error, .buses, at: bus, "\(node) is absent: i2c-dev is not loaded.",
          why: "Programs reach a bus through that file.",
          fix: [
            "sudo modprobe i2c-dev",
            "echo i2c-dev | sudo tee /etc/modules-load.d/i2c-dev.conf"
          ])
      ]
    }
    guard let reason = evidence.probe.refusals[bus] else { return [] }
    // What is not allowed is said once, among the permissions.
    if let known = facts.nodes.first(where: { $0.path == node }), !known.isOpen(to: facts.user) {
      return [
        Finding(
          .notLookedAt, .note, .buses, at: bus, "Not looked at: \(node) is not ours to open.",
          why: "See permissions below.")
      ]
    }
    return [
      Finding(
        .busRefused, .error, .buses, at: bus, "The bus does not open: \(reason)",
        why: "The chips on it cannot be reached.",
        fix: ["sudo i2cdetect -y \(adapter.number)", "sudo dmesg | grep -i i2c"])
    ]
  }

  private static func place(_ bus: String, _ evidence: Evidence) -> String {
    evidence.board.computer?.bus(bus).map { " (\($0.adapter))" } ?? ""
  }

  /// What the computer's own file says, else what is usual.
  private static func enable(_ bus: String, _ evidence: Evidence) -> [String] {
    var fix = (evidence.board.computer?.bus(bus)?.enable ?? []).map(evidence.facts.enabling)
    if fix.isEmpty, evidence.facts.isRaspberryPi {
      fix = ["sudo raspi-config nonint do_i2c 0   # or dtparam=i2c_arm=on in config.txt"]
    }
    return fix + [
      "i2cdetect -l   # the buses there are; then correct 'bus' in board.yaml or enable its overlay"
    ]
  }

  /// What the kernel says, else what the computer's file does.
  private static func speedHz(_ bus: String, _ evidence: Evidence) -> Double? {
    evidence.adapter(bus)?.speedHz ?? evidence.board.computer?.bus(bus)?.speedHz
  }

  /// All transfers failed, and not for want of an answer.
  private static func stuck(_ bus: String, _ evidence: Evidence) -> [Finding] {
    let answers = evidence.probe.answers.filter { $0.key.bus == bus }.map(\.value)
    let failures = answers.compactMap { answer -> I2CError.Reason? in
      if case .failed(let reason) = answer { return reason }
      return nil
    }
    let asked = answers.count {
      if case .held = $0 { return false }
      return true
    }
    guard let reason = failures.first, failures.count == asked else { return [] }
    let how = reason == .timedOut ? "every transfer timed out" : "every transfer failed"
    return [
      Finding(
        .busStuck, .error, .buses, at: bus, "The bus is stuck: \(how).",
        why: "A chip holds SDA or SCL low, or the pull-ups are missing.",
        fix: [
          "Cut the power of the chips for some seconds, computer included.",
          "Unplug one chip after the other: sudo i2cdetect -y "
            + "\(evidence.busNumber(bus))",
          "Measure SDA and SCL: 3.3 V when nothing is sent."
        ])
    ]
  }

  private static func speed(_ bus: String, _ evidence: Evidence) -> [Finding] {
    guard let speedHz = speedHz(bus, evidence), speedHz > 0 else { return [] }
    let load = evidence.board.bitsPerSecond(on: bus) / speedHz
    guard load > busiest else { return [] }
    let fix =
      evidence.facts.isRaspberryPi
      ? "dtparam=i2c_arm_baudrate=400000 in \(evidence.facts.boot?.path ?? "config.txt"), then "
        + "sudo reboot"
      : "Set clock-frequency = <400000> of the bus by a device-tree overlay, then sudo reboot"
    return [
      Finding(
        .busTooSlow, .warning, .buses, at: bus,
        "At \(rounded(speedHz / 1000)) kHz the board's chips need \(rounded(load * 100, 0)) % of "
          + "the bus.",
        why: "Above half, one retry makes the next sample late.",
        fix: [fix, "or lower imu.rate or rates.gate in board.yaml."])
    ]
  }
}

extension BoardDescription {
  /// What the loop sends over a bus.
  ///
  /// Nine clocks a byte (UM10204 3.1.5). Each gate tick asks the IMU's FIFO count (address,
  /// register, address, two bytes) and empties it (address, register, address; 12 bytes a sample);
  /// and sets the PWM chip's channels, four bytes each, behind an address and a register. A picture
  /// of the MLX90640 has 832 words, of the AMG8833 64.
  func bitsPerSecond(on bus: String) -> Double {
    var bytes = 0.0
    if imu.bus == bus { bytes += imu.settings.rateHz * 12 + rates.gateHz * (5 + 3) }
    if pwm?.bus == bus { bytes += rates.gateHz * Double(2 + 4 * channelCount) }
    for grid in grids where grid.bus == bus {
      switch grid.chip {
      case .mlx90640: bytes += 2 * 832 * grid.rateHz
      case .amg8833: bytes += 2 * 64 * grid.rateHz
      case .vl53l5cx: continue  // what it sends depends on its settings
      }
    }
    return bytes * 9
  }

  private var channelCount: Int { outputs.count { $0.output.channel != nil } }
}
