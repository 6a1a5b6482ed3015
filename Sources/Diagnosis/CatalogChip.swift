// SPDX-License-Identifier: Apache-2.0

/// A chip that may sit on a robot's I2C bus, and how to tell it from others.
public struct CatalogChip: Equatable, Sendable {
  /// What a chip is for: two of one kind are mistaken for each other, two of different kinds get
  /// in each other's way.
  public enum Kind: String, Sendable {
    case imu = "IMU"
    case pwm = "PWM chip"
    case powerMonitor = "power monitor"
    case converter = "analogue converter"
    case thermalCamera = "thermal camera"
    case rangeFinder = "range finder"
    case clock
    case humiditySensor = "humidity sensor"
  }

  /// Registers that tell the chip: what comes when `bytes.count` bytes are read from `register`.
  public struct Signature: Hashable, Sendable {
    public var register: UInt8
    public var bytes: [UInt8]

    public init(_ register: UInt8, _ bytes: [UInt8]) {
      (self.register, self.bytes) = (register, bytes)
    }

    func fits(_ registers: [UInt8: [UInt8]]) -> Bool { registers[register] == bytes }
  }

  /// As printed on it.
  public var name: String
  public var kind: Kind
  public var addresses: [UInt8]
  /// Nil of a chip that has no identity.
  public var signature: Signature?
  /// Its name in board.yaml; nil when there is no driver.
  public var boardName: String?

  public init(
    _ name: String, _ kind: Kind, at addresses: [UInt8], _ signature: Signature?,
    boardName: String? = nil
  ) {
    (self.name, self.kind, self.addresses) = (name, kind, addresses)
    (self.signature, self.boardName) = (signature, boardName)
  }
}
