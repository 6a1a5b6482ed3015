// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The MLX90640 at register level, made from the MLX90640 datasheet rev 12: EEPROM, RAM, status,
/// control, subpages in both patterns. It looks at a scene of temperatures, and turns the formulas
/// of 11.2.2 round to get the words that a chip would have.
package final class FakeMLX90640: FakeChip {
  package var fault = Fault.ok
  /// The true temperature in front of each cell.
  package var sceneC: (_ row: Int, _ column: Int) -> Double
  package var ambientC: Double
  package var supplyV: Double
  package var emissivity = 1.0
  /// False: no subpage ends.
  package var isMeasuring = true
  /// 0x2400 on; a test may spoil it.
  package var eeprom: [UInt16]
  private let factory: FakeMLX90640Factory
  private let noiseCounts: Double
  private let clock: any Clock
  private var random: SeededGenerator
  private var pointer = 0
  private var ram = [UInt16](repeating: 0, count: 832)
  private var status: UInt16 = 0
  private var control: UInt16 = 0x1901  // 10.1.2
  private var subpage = 1
  private var nextAt: Instant

  /// - Parameter noiseCounts: standard deviation of a pixel's word; 1 is about 0.08 C at 25 C.
  package init(
    clock: any Clock, ambientC: Double = 30, supplyV: Double = 3.3, noiseCounts: Double = 1,
    seed: UInt64 = 0, broken: Set<Int> = [], outliers: Set<Int> = [],
    sceneC: @escaping (_ row: Int, _ column: Int) -> Double
  ) {
    (self.clock, self.ambientC, self.supplyV) = (clock, ambientC, supplyV)
    (self.noiseCounts, self.sceneC) = (noiseCounts, sceneC)
    factory = FakeMLX90640Factory(seed: seed, broken: broken, outliers: outliers)
    eeprom = factory.eeprom
    random = SeededGenerator(seed: seed, stream: "MLX90640 noise")
    nextAt = clock.now + Interval(nanoseconds: 500_000_000)  // 2 Hz after power-up
  }

  /// 0.5 Hz, doubled by control bits 9:7.
  private var period: Interval {
    Interval(nanoseconds: 2_000_000_000 >> Int64(control >> 7 & 7))
  }
  private var isChess: Bool { control & 0x1000 != 0 }

  package func receive(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 2 else { return }
    pointer = Int(bytes[0]) << 8 | Int(bytes[1])
    measure()
    for i in stride(from: 2, to: bytes.count - 1, by: 2) {
      write(UInt16(bytes[i]) << 8 | UInt16(bytes[i + 1]), to: pointer)
      pointer += 1
    }
  }

  package func respond(into bytes: UnsafeMutableRawBufferPointer) {
    for i in stride(from: 0, to: bytes.count, by: 2) {
      let word = read(pointer)
      bytes[i] = UInt8(word >> 8)
      if i + 1 < bytes.count { bytes[i + 1] = UInt8(word & 0xFF) }
      pointer += 1
    }
  }

  private func write(_ value: UInt16, to register: Int) {
    switch register {
    case 0x8000: status = status & 0x000F & (value | 0x0007) | value & 0x0030
    case 0x800D:
      control = value & 0x1FFF
      nextAt = clock.now + period
    default: return
    }
  }

  private func read(_ register: Int) -> UInt16 {
    switch register {
    case 0x0400..<0x0740:
      return fault == .garbage
        ? UInt16(truncatingIfNeeded: random.next()) : ram[register - 0x0400]
    case 0x2400..<0x2740:
      let isOther = fault == .wrong && register == 0x240A
      return eeprom[register - 0x2400] | (isOther ? 0x0040 : 0)
    case 0x8000: return status
    case 0x800D: return control
    default: return 0
    }
  }

  /// Ends the subpages that are due; one that nobody fetched is overwritten if that is allowed.
  private func measure() {
    while isMeasuring, clock.now >= nextAt {
      nextAt = nextAt + period
      guard status & 0x0008 == 0 || status & 0x0010 != 0 else { continue }
      subpage = 1 - subpage
      if fault != .stuck { fillRAM() }
      status = status & 0x0030 | 0x0008 | UInt16(subpage)
    }
  }

  private func fillRAM() {
    typealias Factory = FakeMLX90640Factory
    let dV = supplyV - 3.3
    store(0x072A, (dV * Factory.kVdd + Factory.vdd25) / resolutionGain)
    // The example's PTAT; V_BE follows, as it is the finer of the two.
    let art =
      ((ambientC - 25) * Factory.kTPTAT + Factory.vPTAT25) * (1 + Factory.kVPTAT * dV)
    store(0x0720, 1711)
    store(0x0700, 1711 * (262_144 / art - Factory.alphaPTAT))
    store(0x070A, 6273)
    let ratio = Factory.gain / 6273
    let cpRaw = [-54.0, -56.0]
    store(0x0708, cpRaw[0])
    store(0x0728, cpRaw[1])
    let isTurned = !isChess
    let cpOffset = Factory.cpOffset[subpage] + (isTurned && subpage == 1 ? Factory.ilChess[0] : 0)
    let cp =
      cpRaw[subpage] * ratio
      - cpOffset * (1 + Factory.cpKTa * (ambientC - 25)) * (1 + Factory.cpKV * dV)
    for row in 0..<24 {
      for column in 0..<32 where (isChess ? (row + column) % 2 : row % 2) == subpage {
        let pixel = factory.pixels[32 * row + column]
        var signal = emissivity * radiation(sceneC(row, column), pixel) + Factory.tgc * cp
        if isTurned { signal -= pattern(row, column) }
        let offset = pixel.offset * (1 + pixel.kTa * (ambientC - 25)) * (1 + pixel.kV * dV)
        store(
          0x0400 + 32 * row + column, (signal + offset) / ratio + noiseCounts * random.normal())
      }
    }
  }

  /// A pixel's signal from what it sees: sensitivity times (T_o^4 - T_a-r^4).
  private func radiation(_ objectC: Double, _ pixel: FakeMLX90640Factory.Pixel) -> Double {
    typealias Factory = FakeMLX90640Factory
    func fourth(_ celsius: Double) -> Double { pow(celsius + 273.15, 4) }
    let reflected = fourth(ambientC - 8)
    let surroundings = reflected - (reflected - fourth(ambientC)) / emissivity
    let alpha =
      (pixel.sensitivity - Factory.tgc * Factory.cpSensitivity[subpage])
      * (1 + Factory.ksTa * (ambientC - 25))
    // 11.2.2.9.1: the sensitivity changes by KsTo a degree within each of four ranges.
    let atThird = 1 + Factory.ksTo * Factory.thirdCornerC
    let slope: Double
    switch objectC {
    case ..<0: slope = (1 + Factory.ksTo * (objectC + 40)) / (1 + Factory.ksTo * 40)
    case ..<Factory.thirdCornerC: slope = 1 + Factory.ksTo * objectC
    case ..<Factory.fourthCornerC:
      slope = atThird * (1 + Factory.ksTo * (objectC - Factory.thirdCornerC))
    default:
      slope =
        atThird * (1 + Factory.ksTo * (Factory.fourthCornerC - Factory.thirdCornerC))
        * (1 + Factory.ksTo * (objectC - Factory.fourthCornerC))
    }
    return alpha * slope * (fourth(objectC) - surroundings)
  }

  /// What a chip that was calibrated in chess mode is off by in interleaved mode (11.2.2.5.2).
  private func pattern(_ row: Int, _ column: Int) -> Double {
    let sign = row % 2 == 0 ? -1.0 : 1.0
    // -1 in the second column of each four, +1 in the fourth, turned round in every other row.
    let place = [0.0, -1, 0, 1]
    return FakeMLX90640Factory.ilChess[2] * sign
      - FakeMLX90640Factory.ilChess[1] * place[column % 4] * -sign
  }

  /// The words were made for 18 bits (0x2438); control bits 11:10 say how many there are.
  private var resolutionGain: Double { 4 / Double(1 << Int(control >> 10 & 3)) }

  private func store(_ register: Int, _ value: Double) {
    ram[register - 0x0400] = UInt16(truncatingIfNeeded: counts(value, -32768...32767))
  }
}
