// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What holds an input line's level while nothing drives it.
public enum LineBias: Sendable {
  case asIs, none, pullUp, pullDown

  fileprivate var code: umwelt_gpio_bias {
    switch self {
    case .asIs: UMWELT_GPIO_BIAS_AS_IS
    case .none: UMWELT_GPIO_BIAS_DISABLED
    case .pullUp: UMWELT_GPIO_PULL_UP
    case .pullDown: UMWELT_GPIO_PULL_DOWN
    }
  }
}

/// A line that is ours until its owner is gone.
private final class TakenLine {
  let name: String
  let line: OpaquePointer

  init(
    _ name: String, at place: KernelLine, for use: umwelt_gpio_use, _ bias: LineBias
  ) throws(HardwareError) {
    var taken: OpaquePointer?
    let result = umwelt_gpio_take_line(
      place.chipPath, place.offset, "umwelt", use, bias.code, &taken)
    guard result == 0, let taken else {
      throw HardwareError(
        kind: "GPIO line", name: name, available: [],
        reason: Self.reason(place, errno: -result))
    }
    (self.name, line) = (name, taken)
  }

  deinit { umwelt_gpio_release_line(line) }

  func checked(_ result: Int32) throws(LineError) -> Int32 {
    if result < 0 { throw LineError(line: name, errno: -result) }
    return result
  }

  private static func reason(_ place: KernelLine, errno: Int32) -> String {
    switch errno {
    case EBUSY:
      "\(place.description) is held by "
        + (place.consumer.isEmpty ? "another program" : place.consumer)
        + ". Stop that, or remove its overlay and restart."
    case EACCES, EPERM:
      "you may not take \(place.description). Join its group: sudo usermod -aG gpio $USER, then "
        + "log in again."
    case EINVAL, ENOTTY, EOPNOTSUPP, ENXIO:
      "\(place.description) cannot do this (\(words(for: errno))). Edges want an interrupt and "
        + "Linux 5.10; a bias wants a chip that has it. Choose another line."
    default: "\(place.description) cannot be taken: \(words(for: errno))."
    }
  }
}

/// A line that we drive, low from the start and low when its owner is gone.
public final class LinuxOutputLine: OutputLine {
  private let taken: TakenLine
  public var name: String { taken.name }

  init(_ name: String, at place: KernelLine) throws(HardwareError) {
    taken = try TakenLine(name, at: place, for: UMWELT_GPIO_OUTPUT, .asIs)
  }

  deinit { umwelt_gpio_set(taken.line, 0) }

  public func set(high: Bool) throws(LineError) {
    _ = try taken.checked(umwelt_gpio_set(taken.line, high ? 1 : 0))
  }
}

/// A line that anybody on it may pull low; released from the start.
final class LinuxOpenDrainLine: OutputLine {
  private let taken: TakenLine
  var name: String { taken.name }

  init(_ name: String, at place: KernelLine) throws(HardwareError) {
    taken = try TakenLine(name, at: place, for: UMWELT_GPIO_OPEN_DRAIN_OUTPUT, .asIs)
  }

  func set(high: Bool) throws(LineError) {
    _ = try taken.checked(umwelt_gpio_set(taken.line, high ? 1 : 0))
  }
}

/// A line whose level we ask for.
public final class LinuxInputLine: InputLine {
  private let taken: TakenLine
  public var name: String { taken.name }

  init(_ name: String, at place: KernelLine, _ bias: LineBias) throws(HardwareError) {
    taken = try TakenLine(name, at: place, for: UMWELT_GPIO_INPUT, bias)
  }

  public func isHigh() throws(LineError) -> Bool {
    try taken.checked(umwelt_gpio_get(taken.line)) == 1
  }
}

/// A line whose edges the kernel stamps with its clock and counts: 16 of them wait for us, the
/// oldest go first.
public final class LinuxEdgeLine: EdgeLine {
  private let taken: TakenLine
  public var name: String { taken.name }

  init(
    _ name: String, at place: KernelLine, _ kind: EdgeKind, _ bias: LineBias
  ) throws(HardwareError) {
    let use: umwelt_gpio_use =
      switch kind {
      case .rising: UMWELT_GPIO_RISING_EDGES
      case .falling: UMWELT_GPIO_FALLING_EDGES
      case .both: UMWELT_GPIO_BOTH_EDGES
      }
    taken = try TakenLine(name, at: place, for: use, bias)
  }

  public func nextEdge() throws(LineError) -> Edge? {
    var edge = umwelt_gpio_edge()
    guard try taken.checked(umwelt_gpio_next_edge(taken.line, &edge)) == 1 else { return nil }
    return Edge(
      at: Instant(nanoseconds: edge.time_ns), sequence: edge.sequence,
      isRising: edge.is_rising != 0)
  }
}
