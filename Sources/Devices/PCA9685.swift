// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// NXP PCA9685, 16 channels of 12-bit PWM. Source: PCA9685 rev 4, sections below.
///
/// | register | number | what we use |
/// |---|---|---|
/// | MODE1 | 0x00 | bit 5 auto-increment, bit 4 sleep (7.3.1) |
/// | LEDn_ON_L ... OFF_H | 0x06 + 4n | counts; bit 4 of ON_H full on, of OFF_H full off (7.3.3) |
/// | ALL_LED_OFF_H | 0xFD | bit 4: every channel full off (7.3.4) |
/// | PRE_SCALE | 0xFE | round(25 MHz / (4096 f)) - 1, 3...255, writable asleep only (7.3.5) |
///
/// The chip has no host-loss timeout: wire OE to a line that is pulled to safe.
/// Channels are set by the motor drivers of this module only.
public final class PCA9685 {
  private let chip: RegisterChip
  private let prescale: UInt8
  /// The channel registers as the chip has them.
  private var image = [UInt8](repeating: 0, count: 65)

  /// - Throws: `DeviceError.unsupported` outside 24...1526 Hz.
  public init(device: I2CDevice, frequencyHz: Double) throws(DeviceError) {
    let value = (25e6 / (4096 * frequencyHz)).rounded() - 1
    guard frequencyHz > 0, value >= 3, value <= 255 else {
      throw .unsupported(
        chip: "PCA9685", setting: "frequency", asked: "\(frequencyHz) Hz", possible: "24 to 1526 Hz"
      )
    }
    (chip, prescale) = (RegisterChip(name: "PCA9685", device: device), UInt8(value))
    image[0] = 0x06
    for channel in 0..<16 { setFullOff(channel) }
  }

  /// Every output off, then the frequency, then awake. The chip has no identity register: the
  /// prescaler that reads back is the evidence that it is there.
  public func start(clock: any Clock) throws(DeviceError) {
    try chip.write(0x10, to: 0xFD)
    try chip.write(0x30, to: 0x00)  // asleep, auto-increment
    try chip.writeChecked(prescale, to: 0xFE)
    try chip.write(0x20, to: 0x00)
    clock.sleep(until: clock.now + Interval(nanoseconds: 500_000))  // 7.3.1.1: oscillator start-up
    try flush(channels: 0..<16)
  }

  /// Every channel full off, in one write; tries once more when the bus fails, and never throws.
  func off() {
    for channel in 0..<16 { setFullOff(channel) }
    for _ in 0..<2 {
      do throws(I2CError) { return try chip.device.write(0x10, to: 0xFD) } catch { continue }
    }
  }

  /// Sets a channel in the image; `flush` sends it. duty 0...1, already past the gate.
  func set(_ channel: Int, duty: Double) {
    let counts = Int((duty * 4096).rounded())
    let at = 1 + 4 * channel
    switch counts {
    case ...0: setFullOff(channel)
    case 4096...: (image[at], image[at + 1], image[at + 2], image[at + 3]) = (0, 0x10, 0, 0)
    default:
      (image[at], image[at + 1]) = (0, 0)
      (image[at + 2], image[at + 3]) = (UInt8(counts & 0xFF), UInt8(counts >> 8))
    }
  }

  /// Sends consecutive channels in one transfer, so that they change together.
  func flush(channels: Range<Int>) throws(DeviceError) {
    let first = 4 * channels.lowerBound
    let kept = image[first]
    image[first] = UInt8(0x06 + first)
    var failure: I2CError?
    image.withUnsafeBytes { bytes in
      // SAFETY: channels lie in 0..<16, so the slice lies inside the 65 bytes of `image`.
      let part = UnsafeRawBufferPointer(rebasing: bytes[first...(4 * channels.upperBound)])
      do throws(I2CError) {
        try chip.device.bus.transfer(
          address: chip.device.address, writing: part,
          reading: UnsafeMutableRawBufferPointer(start: nil, count: 0))
      } catch { failure = error }
    }
    image[first] = kept
    if let failure { throw .bus(failure, chip: "PCA9685") }
  }

  private func setFullOff(_ channel: Int) {
    let at = 1 + 4 * channel
    (image[at], image[at + 1], image[at + 2], image[at + 3]) = (0, 0, 0, 0x10)
  }
}
