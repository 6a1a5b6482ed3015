// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The machine's cameras, by file, card or place.
struct Cameras {
  /// A camera that was found, and open.
  struct Found {
    let path: String
    let file: DeviceFile
    let card: String
    let bus: String
    let canCapture: Bool
    let isManyPlanes: Bool

    var isCamera: Bool { canCapture || isManyPlanes }
    var description: String { "\(path) (\(card), \(bus))" }

    func isCalled(_ name: String) -> Bool {
      name == path || "/dev/" + name == path || name == card || name == bus
    }
  }

  let files: MachineFiles
  let system: DeviceFile.System

  /// - Parameter name: what the board calls it, for the error.
  func find(_ device: String, for name: String) throws(HardwareError) -> Found {
    let all = self.all()
    // A link that stays, such as /dev/v4l/by-id/…, is the file that it leads to.
    let link = device.hasPrefix("/dev/") ? files.nameOfDestination(of: device) : nil
    let device = link ?? device
    var found = all.compactMap(\.camera).filter { $0.isCamera && $0.isCalled(device) }
    // One camera may have several files; the lowest is the picture. Two of a kind are told apart
    // only by where they are.
    if Set(found.map(\.bus)).count == 1 { found = [found[0]] }
    if let only = found.first, found.count == 1 {
      if only.canCapture { return only }
      throw HardwareError(
        kind: "camera", name: name, available: [],
        reason: "\(only.path) delivers several planes only. Use it through libcamera and "
          + "v4l2loopback.")
    }
    let refused = all.first {
      $0.camera == nil && ($0.path == device || $0.path == "/dev/" + device)
    }
    throw HardwareError(
      kind: "camera", name: name,
      available: self.found.map(\.description),
      reason: refused.map { reason($0.path, errno: $0.errno) } ?? reason(found, all, device))
  }

  /// Those that are cameras and can be opened.
  var found: [Found] { all().compactMap(\.camera).filter(\.isCamera) }

  private typealias Look = (path: String, camera: Found?, errno: Int32)

  private func all() -> [Look] {
    let names = files.names(in: "/dev").filter {
      $0.hasPrefix("video") && trailingNumber($0) != nil
    }
    return names.map { name in
      let path = "/dev/\(name)"
      do throws(SystemError) { return (path, try open(path), 0) } catch {
        return (path, nil, error.errno)
      }
    }
  }

  private func open(_ path: String) throws(SystemError) -> Found {
    let file = try DeviceFile(files.place(path), for: .both, system)
    var facts = umwelt_camera_facts()
    try checked(umwelt_camera_facts(system, file.number, &facts))
    return Found(
      path: path, file: file, card: text(in: facts.card), bus: text(in: facts.bus),
      canCapture: facts.can_capture != 0, isManyPlanes: facts.is_many_planes != 0)
  }

  private func reason(_ found: [Found], _ all: [Look], _ device: String) -> String? {
    if found.count > 1 {
      return
        "\"\(device)\" is the name of several: \(found.map(\.description).joined(separator: ", "))"
        + ". Use the one's place."
    }
    if all.isEmpty {
      return "this machine has no camera. Plug one in; for a ribbon camera enable its overlay."
    }
    if let refused = all.first(where: { $0.errno == EACCES }) {
      return reason(refused.path, errno: EACCES)
    }
    return nil
  }

  private func reason(_ path: String, errno: Int32) -> String {
    errno == EACCES || errno == EPERM
      ? "you may not open \(path). Join its group: sudo usermod -aG video $USER, then log in again."
      : "\(path) cannot be opened: \(words(for: errno))."
  }
}

extension Cameras.Found {
  /// Every pixel format, by its four characters; empty where the camera does not tell.
  var formats: [String] {
    do throws(SystemError) { return try CameraNegotiation.formats(of: file).map(text(in:)) } catch {
      return []
    }
  }

  /// Why the camera does not start.
  func refusal(_ errno: Int32, for name: String) -> HardwareError {
    let reason: String
    switch errno {
    case EBUSY: reason = "\(path) is streaming to another program. Stop that program."
    case ENOTSUP:
      let offered = formats.isEmpty ? "no format at all" : formats.joined(separator: ", ")
      reason =
        "\(path) delivers \(offered), and nothing of YUYV, MJPEG or GREY. Raw "
        + "sensors need libcamera (libcamerify, or v4l2loopback)."
    case ENODEV: reason = "\(path) was unplugged."
    default: reason = "\(path) does not start: \(words(for: errno))."
    }
    return HardwareError(kind: "camera", name: name, available: [], reason: reason)
  }
}
