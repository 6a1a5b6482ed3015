// SPDX-License-Identifier: Apache-2.0
import Board
import Buses

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Asks the robot's chips who they are, and its senses what they sense.
///
/// Nothing moves: of chips a register's number is written, then registers are read; output lines
/// are not touched; only the IMU is set up, when it is the right one and no robot runs. Asked is
/// where the board has a chip or where that chip would answer with other straps, and never an
/// address that a driver of the kernel holds.
public struct Prober {
  private let board: BoardDescription
  private let facts: MachineFacts
  private let hardware: any Hardware

  public init(board: BoardDescription, facts: MachineFacts, hardware: any Hardware) {
    (self.board, self.facts, self.hardware) = (board, facts, hardware)
  }

  public func probe() -> Probe {
    var probe = Probe()
    var buses: [String: any I2CBus] = [:]
    let chips = board.expectedChips
    for name in board.busNames {
      do throws(HardwareError) {
        buses[name] = try hardware.i2cBus(name)
      } catch { probe.refusals[name] = "\(error)" }
    }
    let files = [board.imu.firmwarePath] + board.grids.map(\.firmwarePath)
    probe.missingFiles = files.compactMap { $0 }.filter { access($0, R_OK) != 0 }
    for chip in chips { ask(chip, on: buses, &probe) }
    for chip in chips where !isFound(chip, probe) { search(chip, on: buses, &probe) }
    if facts.isRobotRunning { return probe }
    if let imu = chips.first(where: { $0.section == "imu" }), isFound(imu, probe) {
      probe.inertial = InertialProber(board: board, hardware: hardware).look()
    }
    if let camera = board.camera {
      probe.camera = CameraProber(hardware: hardware, rateHz: camera.rateHz).look(at: camera.name)
    }
    return probe
  }

  private func isFound(_ chip: ExpectedChip, _ probe: Probe) -> Bool {
    guard case .registers(let registers)? = probe.answers[chip.site] else { return false }
    return chip.chip.signature.map { $0.fits(registers) } ?? true
  }

  /// The chip's own signature; where that is not there, those of all others that may be instead. Of
  /// a chip without identity any register shows that somebody is there.
  private func ask(
    _ chip: ExpectedChip, on buses: [String: any I2CBus], _ probe: inout Probe
  ) {
    let own = chip.chip.signature ?? .init(0x00, [0])
    read([own], at: chip.site, on: buses, &probe)
    if chip.chip.signature?.fits(probe.registers(at: chip.site)) == true { return }
    let others = ChipCatalog.chips(at: chip.address).compactMap(\.signature)
    read([own] + others, at: chip.site, on: buses, &probe)
  }

  /// Where the chip would be with other straps, or on another of the board's buses.
  private func search(
    _ chip: ExpectedChip, on buses: [String: any I2CBus], _ probe: inout Probe
  ) {
    guard let signature = chip.chip.signature else { return }
    let taken = Set(board.expectedChips.map(\.site))
    for bus in [chip.bus] + board.busNames.filter({ $0 != chip.bus }) {
      for address in chip.chip.addresses {
        let site = Probe.Site(bus: bus, address: address)
        if taken.contains(site) || isDead(bus, probe) { continue }
        read([signature], at: site, on: buses, &probe)
      }
    }
  }

  /// A stuck bus costs a timeout each time: two failures are enough.
  private func isDead(_ bus: String, _ probe: Probe) -> Bool {
    probe.answers.count { site, answer in
      if case .failed = answer { return site.bus == bus }
      return false
    } >= 2
  }

  /// Adds to what is known of a site; stops at the first failure.
  private func read(
    _ signatures: [CatalogChip.Signature], at site: Probe.Site, on buses: [String: any I2CBus],
    _ probe: inout Probe
  ) {
    guard let bus = buses[site.bus] else { return }
    if let client = facts.client(at: site, of: board), let driver = client.driver {
      probe.answers[site] = .held(name: client.name, driver: driver)
      return
    }
    if probe.answers[site].map({ $0.isFinal }) == true { return }
    var registers = probe.registers(at: site)
    let device = I2CDevice(bus: bus, address: site.address)
    for signature in signatures where registers[signature.register] == nil {
      var bytes = [UInt8](repeating: 0, count: signature.bytes.count)
      var failure: I2CError?
      bytes.withUnsafeMutableBytes { all in
        // SAFETY: the driver fills the array's own bytes within the call.
        do throws(I2CError) { try device.read(signature.register, into: all) } catch {
          failure = error
        }
      }
      if let failure {
        probe.answers[site] = failure.reason == .noAcknowledge ? .silent : .failed(failure.reason)
        return
      }
      registers[signature.register] = bytes
    }
    probe.answers[site] = .registers(registers)
  }
}

extension MachineFacts {
  /// The adapter that a board means by a bus's name: its computer says where it is, else the name
  /// itself does.
  func adapter(_ bus: String, of board: BoardDescription) -> I2CAdapter? {
    guard let place = board.computer?.bus(bus)?.adapter else {
      return i2cAdapters.first { $0.isCalled(bus) }
    }
    return i2cAdapters.first { $0.isCalled(place) || $0.devicePath?.contains(place) == true }
  }

  /// What the kernel knows of a chip at a site.
  func client(at site: Probe.Site, of board: BoardDescription) -> KernelClient? {
    adapter(site.bus, of: board)?.kernelClients.first { $0.address == site.address }
  }
}
