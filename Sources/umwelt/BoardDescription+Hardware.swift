// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Codecs
import Devices
import LinuxBuses
import Runtime
import Simulation
import Twin

extension BoardDescription {
  /// What the board's chips hang on: this computer, or a world at rest.
  func hardware() throws(HardwareError) -> any Hardware {
    switch machine {
    case .simulated(.rover):
      let task = RoverTask(level: .medium, room: SimulatedRun.room, seed: 1)
      return SimulatedMachine(
        world: RoverWorld(room: SimulatedRun.room, start: task.start, seed: 1),
        wiring: MachineWiring(self), seed: 1, pace: .lockstep)
    case .simulated(.balance):
      return SimulatedMachine(
        world: BalanceWorld(tiltRad: 0, seed: 1), wiring: MachineWiring(self), seed: 1,
        pace: .lockstep)
    case .linux: return LinuxHardware(names: linuxNames)
    }
  }

  /// The same for a run, with somebody who looks after the computer.
  func hardware(
    watching model: String, stateFolder: String
  ) throws(HardwareError) -> any Hardware {
    let hardware = try hardware()
    if let linux = hardware as? LinuxHardware {
      var places = ComputerPlaces()
      (places.stateFolder, places.modelFiles) = (stateFolder, [model])
      places.boardFiles = files
      linux.watchComputer(places)
    }
    return hardware
  }

  /// The robot's devices on this hardware, with the firmware that its IMU needs.
  func body(on hardware: any Hardware) throws -> Body {
    try Body(
      board: self, hardware: hardware, imuFirmware: try imuFirmware(),
      gridFirmware: try gridFirmware())
  }

  /// What the IMU needs at every start; nil for most. No chip's firmware is as large as a megabyte.
  func imuFirmware() throws(FileError) -> FirmwareFile? {
    guard let path = imu.firmwarePath else { return nil }
    return FirmwareFile(path: path, bytes: try FileBytes.read(path, limit: 1 << 20))
  }

  /// What grid sensors need at every start, by their names.
  private func gridFirmware() throws(FileError) -> [String: FirmwareFile] {
    if case .simulated = machine { return simulatedFirmware }
    var files: [String: FirmwareFile] = [:]
    for grid in grids {
      guard let path = grid.firmwarePath else { continue }
      files[grid.name] = FirmwareFile(path: path, bytes: try FileBytes.read(path, limit: 1 << 20))
    }
    return files
  }

  /// What the kernel calls the computer's buses, lines, outputs and cameras.
  private var linuxNames: LinuxNames {
    var names = LinuxNames()
    for bus in computer?.buses ?? [] { names.buses[bus.name] = bus.adapter }
    for line in computer?.lines ?? [] { names.lines[line.name] = "\(line.chip)/\(line.line)" }
    for output in computer?.pwmOutputs ?? [] {
      names.pwmOutputs[output.name] = "\(output.chip)/\(output.channel)"
    }
    if let camera {
      names.cameras[camera.name] = CameraSettings(
        device: camera.device ?? camera.name, width: camera.widthPx, height: camera.heightPx,
        rateHz: camera.rateHz)
    }
    return names
  }
}
