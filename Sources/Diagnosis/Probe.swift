// SPDX-License-Identifier: Apache-2.0
import Buses

/// What the robot's own parts answered, as plain data.
public struct Probe: Equatable, Sendable {
  /// An address on a bus, the bus by its name in the board file.
  public struct Site: Hashable, Sendable {
    public var bus: String
    public var address: UInt8

    public init(bus: String, address: UInt8) { (self.bus, self.address) = (bus, address) }
  }

  /// What came from a site.
  public enum Answer: Equatable, Sendable {
    /// Nobody acknowledged.
    case silent
    /// Not asked: this driver of the kernel has a chip there, by this name.
    case held(name: String, driver: String)
    /// The transfer failed in another way.
    case failed(I2CError.Reason)
    /// The registers that were read, by the first one's number.
    case registers([UInt8: [UInt8]])

    /// Whether there is no use in asking again.
    var isFinal: Bool {
      if case .registers = self { return false }
      return true
    }
  }

  /// What the IMU felt while it was looked at.
  public struct Inertial: Equatable, Sendable {
    /// Why it did not measure; nil when it did.
    public var failure: String?
    public var samples = 0
    /// Data-ready edges that came.
    public var edges = 0
    public var rateHz = 0.0
    /// The specific force's magnitude: mean and standard deviation.
    public var forceMS2 = 0.0
    public var forceSpreadMS2 = 0.0
    /// The mean of the angular rate's magnitude.
    public var turnRadS = 0.0
    /// Every sample was the same to the last bit.
    public var isFrozen = false

    public init() {}
  }

  /// What the camera did when it was looked at.
  public struct Camera: Equatable, Sendable {
    /// Why it gave nothing; nil when it did.
    public var failure: String?
    public var widthPx = 0
    public var heightPx = 0
    /// Pictures that were looked at.
    public var frames = 0
    /// From the sequence and the times of the first and the last; nil of fewer than two.
    public var rateHz: Double?
    /// Every picture was the same to the last bit.
    public var isFrozen = false

    public init() {}
  }

  public var answers: [Site: Answer] = [:]
  /// Buses that this machine did not give, and why.
  public var refusals: [String: String] = [:]
  /// Firmware files of the board that are not there.
  public var missingFiles: [String] = []
  /// Nil when it was not asked: another chip is there, or a running robot has it.
  public var inertial: Inertial?
  /// Nil when the board has no camera.
  public var camera: Camera?

  public init() {}

  /// None where nobody answered.
  func registers(at site: Site) -> [UInt8: [UInt8]] {
    if case .registers(let registers)? = answers[site] { return registers }
    return [:]
  }
}
