// SPDX-License-Identifier: Apache-2.0

extension MachineFacts {
  /// One I2C controller.
  public struct I2CAdapter: Equatable, Sendable {
    /// Changes between boots.
    public var number: Int
    /// "bcm2835 (i2c@7e804000)", "Synopsys DesignWare I2C adapter".
    public var name: String
    /// Where the controller is ("/sys/devices/platform/axi/1000120000.pcie/1f00074000.i2c").
    public var devicePath: String?
    public var speedHz: Double?
    /// What the kernel itself uses on this bus: address and driver; no driver is a mere claim.
    public var kernelClients: [KernelClient]

    public init(
      number: Int, name: String, devicePath: String? = nil, speedHz: Double? = nil,
      kernelClients: [KernelClient] = []
    ) {
      (self.number, self.name, self.devicePath) = (number, name, devicePath)
      (self.speedHz, self.kernelClients) = (speedHz, kernelClients)
    }

    /// "i2c-1".
    public var kernelName: String { "i2c-\(number)" }

    /// Whether people could mean this adapter by `word`: its kernel name, its own name, or a path.
    public func isCalled(_ word: String) -> Bool {
      if word == kernelName || word == "/dev/\(kernelName)" || word == name { return true }
      guard let devicePath else { return false }
      return devicePath == word || devicePath.hasSuffix("/" + word)
        || devicePath.split(separator: "/").last.map { $0 == word } ?? false
    }
  }

  public struct KernelClient: Equatable, Sendable {
    public var address: UInt8
    /// "mpu6050": what the device tree or a driver calls the chip.
    public var name: String
    /// "inv-mpu6050-i2c"; nil when no driver is bound.
    public var driver: String?

    public init(address: UInt8, name: String, driver: String?) {
      (self.address, self.name, self.driver) = (address, name, driver)
    }
  }

  /// What this program calls itself when it asks the kernel for a line.
  static let ownConsumer = "umwelt"

  /// A robot of this program's has lines, and with them the IMU and the camera.
  public var isRobotRunning: Bool {
    (gpioChips ?? []).contains { $0.lines.contains { $0.consumer == Self.ownConsumer } }
  }

  /// One GPIO controller and its lines, by offset.
  public struct GPIOChip: Equatable, Sendable {
    /// "pinctrl-rp1": unlike the number, it is the same with every kernel.
    public var label: String
    public var lines: [GPIOLine]

    public init(label: String, lines: [GPIOLine]) { (self.label, self.lines) = (label, lines) }
  }

  public struct GPIOLine: Equatable, Sendable {
    public var offset: Int
    /// Empty when the device tree gives none.
    public var name: String
    /// Who holds it; nil when nobody does.
    public var consumer: String?

    public init(offset: Int, name: String, consumer: String? = nil) {
      (self.offset, self.name, self.consumer) = (offset, name, consumer)
    }
  }

  /// What a pin is switched to (pinctrl's pinmux-pins).
  public struct PinUse: Equatable, Sendable {
    /// The pin controller's folder ("1f000d0000.gpio-pinctrl-rp1").
    public var controller: String
    public var pin: Int
    /// "gpio17", "gpio3-4".
    public var name: String
    /// The device that has the pin ("fe201000.serial"); nil when none has.
    public var owner: String?
    public var function: String?

    public init(controller: String, pin: Int, name: String, owner: String?, function: String?) {
      (self.controller, self.pin, self.name) = (controller, pin, name)
      (self.owner, self.function) = (owner, function)
    }
  }

  /// One PWM controller.
  public struct PWMChip: Equatable, Sendable {
    public var name: String
    public var outputs: Int
    /// Where the controller is ("/sys/devices/.../1f00098000.pwm").
    public var devicePath: String

    public init(name: String, outputs: Int, devicePath: String) {
      (self.name, self.outputs, self.devicePath) = (name, outputs, devicePath)
    }
  }
}
