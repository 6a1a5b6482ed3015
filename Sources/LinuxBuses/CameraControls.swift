// SPDX-License-Identifier: Apache-2.0
import CLinux

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A knob of a camera's ("Gain", "Exposure Time, Absolute") as its driver offers it.
public struct CameraControl: Equatable, Sendable {
  public enum Kind: Sendable { case number, onOff, menu }

  let id: UInt32
  public let name: String
  public let kind: Kind
  public let range: ClosedRange<Int>
  public let step: Int
  public let initial: Int
  /// Whether another control has it, such as an automatic exposure.
  public let isInactive: Bool
  public let isReadOnly: Bool
}

/// Why a control was not set or read.
public struct CameraControlError: Error, Equatable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    case unknown(available: [String])
    case outOfRange(ClosedRange<Int>)
    /// Another control has it.
    case inactive
    case readOnly
    /// Any errno of the kernel's.
    case system(errno: Int32)
  }

  public var camera: String
  public var control: String
  public var reason: Reason

  public init(camera: String, control: String, reason: Reason) {
    (self.camera, self.control, self.reason) = (camera, control, reason)
  }

  public var description: String {
    let place = "camera \(camera), control \"\(control)\""
    switch reason {
    case .unknown(let available):
      let names = available.isEmpty ? "none at all" : available.joined(separator: ", ")
      return "\(place): there is none of this name. It has: \(names)."
    case .outOfRange(let range):
      return "\(place): takes \(range.lowerBound) to \(range.upperBound). Correct the value."
    case .inactive: return "\(place): an automatic has it. Set that to manual first."
    case .readOnly: return "\(place): can only be read. Take it out of the list."
    case .system(let errno):
      return "\(place): the kernel refused: \(words(for: errno)). Is the camera plugged in?"
    }
  }
}

/// A camera's controls by the driver's names for them, in any case of letters.
struct CameraControls {
  let file: DeviceFile
  let camera: String

  /// Everything that can be set or read as a number.
  var all: [CameraControl] {
    var all: [CameraControl] = []
    var control = umwelt_camera_control()
    while umwelt_camera_next_control(file.system, file.number, &control) == 0 {
      let kind: CameraControl.Kind
      switch control.kind {
      case UMWELT_CONTROL_NUMBER: kind = .number
      case UMWELT_CONTROL_SWITCH: kind = .onOff
      case UMWELT_CONTROL_MENU: kind = .menu
      default: continue
      }
      all.append(
        CameraControl(
          id: control.id, name: text(in: control.name), kind: kind,
          range: Int(control.least)...Int(max(control.least, control.most)),
          step: Int(control.step), initial: Int(control.initial),
          isInactive: control.is_inactive != 0, isReadOnly: control.is_read_only != 0))
    }
    return all
  }

  func value(of name: String) throws(CameraControlError) -> Int {
    let control = try find(name)
    var value: Int32 = 0
    try check(umwelt_camera_get_control(file.system, file.number, control.id, &value), name)
    return Int(value)
  }

  func set(_ name: String, to value: Int) throws(CameraControlError) {
    let control = try find(name)
    if !control.range.contains(value) { throw error(name, .outOfRange(control.range)) }
    if control.isReadOnly { throw error(name, .readOnly) }
    if control.isInactive { throw error(name, .inactive) }
    try check(umwelt_camera_set_control(file.system, file.number, control.id, Int32(value)), name)
  }

  private func find(_ name: String) throws(CameraControlError) -> CameraControl {
    let all = self.all
    if let found = all.first(where: { $0.name.lowercased() == name.lowercased() }) { return found }
    throw error(name, .unknown(available: all.map(\.name)))
  }

  private func check(_ result: Int32, _ name: String) throws(CameraControlError) {
    if result < 0 { throw error(name, .system(errno: -result)) }
  }

  private func error(_ name: String, _ reason: CameraControlError.Reason) -> CameraControlError {
    CameraControlError(camera: camera, control: name, reason: reason)
  }
}
