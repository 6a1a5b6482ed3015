// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// NXP PCA9685, 16 channels of 12-bit PWM. Source: PCA9685 rev 4, sections below.
///
/// | register | number | what we use |
/// |---|---|---|
/// | MODE1 | 0x00 | bit 5 auto-increment, bit 4 sleep; 0x11 after power-up (7.3.1) |
/// | MODE2 | 0x01 | 0x04: not inverted, totem pole, low while OE is high (7.3.2, 7.4) |
/// | LEDn_ON_L ... OFF_H | 0x06 + 4n | counts; bit 4 of ON_H full on, of OFF_H full off (7.3.3) |
/// | ALL_LED_OFF_H | 0xFD | bit 4: every channel full off (7.3.4) |
/// | PRE_SCALE | 0xFE | round(25 MHz / (4096 f)) - 1, 3...255, writable asleep only (7.3.5) |
///
/// The chip has no host-loss timeout: only OE stops it when the program dies. OE is active low:
/// low lets the outputs through. **Wire it with a pull-up** (10 kOhm to the chip's supply), so that
/// a line that nobody drives, before the program starts and after it dies, keeps the outputs low.
/// Many breakouts pull OE down instead: there it protects only while this driver runs. The driver
/// drives OE high first of all, low once a channel reads back as it should be, and high at a stop.
/// `Hardware.outputLine` gives a line that is low, which lets through what an earlier program left
/// in the chip: ask for it last, right before `start`.
/// Channels are set by the drivers of this module only.
public final class PCA9685 {
  static let traits = PWMTraits(
    name: "PCA9685",
    // 7.1.1: six address pins; I2C reserves 0x78 and up; 7.1.2: 0x70 is everybody's.
    addresses: (UInt8(0x40)...0x77).filter { $0 != 0x70 }, allCallAddress: 0x70, channels: 16,
    frequencyHz: 24...1526, steps: 4096)

  /// The length of one cycle as the prescaler makes it, seconds. The oscillator may be a few
  /// percent off.
  let periodS: Double

  private let chip: RegisterChip
  private let prescale: UInt8
  /// The channel registers as the chip has them.
  private var image = [UInt8](repeating: 0, count: 65)
  private var readBack = [UInt8](repeating: 0, count: 4)
  private let outputEnable: (any OutputLine)?
  /// Whether OE is low; nil while that is not known.
  private var isEnabled: Bool?

  /// - Parameter outputEnable: the line of OE, where it is wired to one.
  /// - Throws: `DeviceError.unsupported` outside 24...1526 Hz.
  public init(
    device: I2CDevice, frequencyHz: Double, outputEnable: (any OutputLine)? = nil
  ) throws(DeviceError) {
    let value = (25e6 / (4096 * frequencyHz)).rounded() - 1
    guard frequencyHz > 0, value >= 3, value <= 255 else {
      throw .unsupported(
        chip: "PCA9685", setting: "frequency", asked: "\(frequencyHz) Hz", possible: "24 to 1526 Hz"
      )
    }
    (chip, prescale) = (RegisterChip(name: "PCA9685", device: device), UInt8(value))
    periodS = 4096 * (value + 1) / 25e6
    self.outputEnable = outputEnable
    image[0] = 0x06
    for channel in 0..<16 { setFullOff(channel) }
  }

  /// Every output off, then the frequency, then awake. The chip has no identity register: the
  /// prescaler that reads back is the evidence that it is there.
  public func start(clock: any Clock) throws(DeviceError) {
    for channel in 0..<16 { setFullOff(channel) }
    try enableOutputs(false)
    try chip.write(0x10, to: 0xFD)
    try chip.write(0x30, to: 0x00)  // asleep, auto-increment
    try chip.writeChecked(prescale, to: 0xFE)
    try chip.writeChecked(0x04, to: 0x01)  // an inverted "off" would be full power
    try chip.write(0x20, to: 0x00)
    clock.sleep(until: clock.now + Interval(nanoseconds: 500_000))  // 7.3.1.1: oscillator start-up
    try send(channels: 0..<16)
  }

  /// These channels off, and OE high when no other is on or the bus fails; tries the bus once more
  /// then, and never throws. `range` spans the channels.
  func off(_ channels: [Int], range: Range<Int>) {
    for channel in channels { setFullOff(channel) }
    let isAllOff = (0..<16).allSatisfy { image[4 + 4 * $0] & 0x10 != 0 }
    if isAllOff { disableOutputs() }
    for _ in 0..<2 {
      do throws(DeviceError) {
        if isAllOff { try chip.write(0x10, to: 0xFD) } else { try send(channels: range) }
        return
      } catch {
        if !isAllOff { disableOutputs() }  // nobody can reach the others either
      }
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

  /// Sends consecutive channels in one transfer, so that they change together, reads one of them
  /// back, and lets the outputs through.
  func flush(channels: Range<Int>, verifying channel: Int) throws(DeviceError) {
    try send(channels: channels)
    try verify(channel)
    if isEnabled != true { try enableOutputs(true) }
  }

  /// Throws: `DeviceError.notAccepted` when the chip does not have what it was sent.
  ///
  /// One channel is enough to notice a chip that lost its power: it has forgotten auto-increment,
  /// answers four times with LEDn_ON_L, and no channel that we set has four equal bytes.
  private func verify(_ channel: Int) throws(DeviceError) {
    let register = 0x06 + 4 * channel
    try chip.read(UInt8(register), count: 4, into: &readBack)
    for i in 0..<4 where readBack[i] != image[1 + 4 * channel + i] {
      let mode = try chip.read(0x00)
      if mode & 0x30 != 0x20 { throw chip.notAccepted(0x20, at: 0x00, read: mode) }
      throw chip.notAccepted(
        image[1 + 4 * channel + i], at: UInt8(register + i), read: readBack[i])
    }
  }

  private func send(channels: Range<Int>) throws(DeviceError) {
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

  private func enableOutputs(_ isEnabled: Bool) throws(DeviceError) {
    guard let outputEnable else { return }
    do throws(LineError) { try outputEnable.set(high: !isEnabled) } catch { throw .line(error) }
    self.isEnabled = isEnabled
  }

  private func disableOutputs() {
    do throws(DeviceError) { try enableOutputs(false) } catch { isEnabled = nil }
  }

  private func setFullOff(_ channel: Int) {
    let at = 1 + 4 * channel
    (image[at], image[at + 1], image[at + 2], image[at + 3]) = (0, 0, 0, 0x10)
  }
}
