// SPDX-License-Identifier: Apache-2.0
import Board

/// The camera: there, with a format that can be read, large and fast enough, and alive.
enum CameraCheck: Check {
  /// Measured over a few frames, a rate is this exact.
  private static let tolerance = 0.9

  static func look(_ evidence: Evidence) -> [Finding] {
    guard let camera = evidence.board.camera else { return [] }
    let facts = offer(camera, evidence)
    guard facts.allSatisfy({ $0.level < .error }) else { return facts }
    return facts + behaviour(camera, evidence)
  }

  static func fine(_ evidence: Evidence) -> String? {
    guard let camera = evidence.board.camera, let probe = evidence.probe.camera else { return nil }
    let rate = probe.rateHz.map { " at \(rounded($0)) Hz" } ?? ""
    return "\(camera.name), \(probe.widthPx)x\(probe.heightPx)\(rate)"
  }

  /// What the kernel says that the camera can do.
  private static func offer(
    _ camera: BoardDescription.Camera, _ evidence: Evidence
  ) -> [Finding] {
    guard let devices = evidence.facts.cameras else { return [] }
    guard let device = evidence.facts.camera(camera.device ?? camera.name) else {
      return [missing(camera, devices.map { "\($0.path) (\($0.card))" }, evidence)]
    }
    let wanted = camera.format.map { [$0.fourCC] } ?? MachineFacts.VideoMode.readable
    let place = "\(device.path) (\(camera.name))"
    let listing = "v4l2-ctl -d \(device.path) --list-formats-ext"
    if !device.formats.isEmpty, !device.formats.contains(where: wanted.contains) {
      return [
        Finding(
          .cameraFormat, .error, .camera, at: place,
          "The camera gives \(list(device.formats)), not \(wanted.joined(separator: " or ")).",
          why: "Its pictures cannot be read.",
          fix: [listing, "Correct camera.format or camera.device in board.yaml."])
      ]
    }
    let modes = device.modes.filter { wanted.contains($0.format) }
    return modes.isEmpty ? [] : sizeAndRate(camera, modes, place, listing)
  }

  /// Precondition: there are modes.
  private static func sizeAndRate(
    _ camera: BoardDescription.Camera, _ modes: [MachineFacts.VideoMode], _ place: String,
    _ listing: String
  ) -> [Finding] {
    let large = modes.filter { $0.widthPx >= camera.widthPx && $0.heightPx >= camera.heightPx }
    guard !large.isEmpty else {
      let sizes = unique(modes.map { "\($0.widthPx)x\($0.heightPx)" })
      return [
        Finding(
          .cameraSize, .warning, .camera, at: place,
          "The board asks for \(camera.widthPx)x\(camera.heightPx); the camera gives "
            + "\(list(sizes)).",
          why: "Pictures that are made larger are blurred, unlike those that the model learned.",
          fix: [listing, "Correct camera.width and camera.height in board.yaml."])
      ]
    }
    let fastest = large.flatMap(\.ratesHz).max() ?? camera.rateHz
    guard fastest < camera.rateHz * tolerance else { return [] }
    return [
      Finding(
        .cameraRate, .error, .camera, at: place,
        "The board asks for \(rounded(camera.rateHz)) Hz; the camera gives at most "
          + "\(rounded(fastest)) Hz at this size.",
        why: "Decisions would see old pictures.",
        fix: [listing, "Choose a smaller size or a lower camera.rate in board.yaml."])
    ]
  }

  private static func missing(
    _ camera: BoardDescription.Camera, _ there: [String], _ evidence: Evidence
  ) -> Finding {
    Finding(
      .cameraMissing, .error, .camera, at: camera.name,
      "No camera is called \"\(camera.device ?? camera.name)\"; this computer has \(list(there)).",
      why: "The robot is blind.",
      fix: ["v4l2-ctl --list-devices   # then correct camera.device in board.yaml"]
        + [evidence.board.computer?.cameraNotes].compactMap { $0 })
  }

  /// What it really did.
  private static func behaviour(
    _ camera: BoardDescription.Camera, _ evidence: Evidence
  ) -> [Finding] {
    guard let probe = evidence.probe.camera else { return [] }
    func finding(
      _ id: Finding.ID, _ level: Finding.Level, _ what: String, _ why: String, _ fix: String
    ) -> [Finding] {
      [Finding(id, level, .camera, at: camera.name, what, why: why, fix: [fix])]
    }
    if let failure = probe.failure {
      return finding(
        .cameraSilent, .error, "The camera does not work: \(failure)", "The robot is blind.",
        "Check the ribbon or the USB plug, then: sudo dmesg | tail")
    }
    if probe.frames == 0 {
      return finding(
        .cameraSilent, .error, "Not one picture in three seconds.", "The robot is blind.",
        "Check the ribbon or the USB plug, and that no other program uses the camera.")
    }
    if probe.isFrozen {
      return finding(
        .cameraFrozen, .error, "\(probe.frames) pictures, all the same to the last bit.",
        "A frozen picture looks like a robot that stands still.",
        "Unplug the camera and plug it in again.")
    }
    guard let rateHz = probe.rateHz, rateHz < camera.rateHz * tolerance else { return [] }
    return finding(
      .cameraSlow, .warning,
      "\(rounded(rateHz)) pictures a second, not \(rounded(camera.rateHz)).",
      "Decisions see old pictures.",
      "More light (exposure limits the rate), another USB port, or a lower camera.rate.")
  }
}

extension BoardDescription.Camera.PixelFormat {
  /// Source: Linux, include/uapi/linux/videodev2.h.
  fileprivate var fourCC: String {
    switch self {
    case .grey: "GREY"
    case .yuyv: "YUYV"
    case .mjpeg: "MJPG"
    }
  }
}

extension MachineFacts {
  /// The camera that a board file means: by card or path, else the only one whose pictures can be
  /// read.
  fileprivate func camera(_ name: String) -> VideoDevice? {
    let devices = cameras ?? []
    if let named = devices.first(where: { $0.isCalled(name) }) { return named }
    return devices.count == 1 ? devices.first : nil
  }
}
