// SPDX-License-Identifier: Apache-2.0
import Buses
import CLinux
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One connection to a machine, and what was opened through it.
final class ServedClient {
  /// -1 when it has ended.
  private(set) var file: Int32
  private(set) var outputs: [any OutputLine] = []
  private var buses: [any I2CBus] = []
  private var inputs: [any InputLine] = []
  private var edges: [any EdgeLine] = []
  private var cameras: [(source: any FrameSource, frame: Frame)] = []

  init(file: Int32) { self.file = file }

  func hangUp() {
    if file >= 0 { umwelt_hang_up(file) }
    (file, outputs) = (-1, [])
  }

  func holds(_ line: String) -> Bool { outputs.contains { $0.name == line } }

  func open(
    _ operation: MachineProtocol.Operation, _ name: String, _ hardware: any Hardware,
    _ question: inout PacketReader, _ results: inout PacketWriter
  ) throws(HardwareError) -> MachineProtocol.Outcome? {
    let count = [outputs.count, buses.count, inputs.count, edges.count, cameras.count].max() ?? 0
    guard count < Int(UInt8.max) else { return nil }
    switch operation {
    case .openBus:
      let bus = try hardware.i2cBus(name)
      results.add(UInt8(buses.count))
      results.add(bus.bearsClockStretching)
      buses.append(bus)
    case .openOutput:
      guard let restsHigh = question.flag() else { return nil }
      results.add(UInt8(outputs.count))
      outputs.append(try hardware.outputLine(name, restsHigh: restsHigh))
    case .openInput:
      results.add(UInt8(inputs.count))
      inputs.append(try hardware.inputLine(name))
    case .openEdges:
      guard let kind = question.number(UInt8.self).flatMap(EdgeKind.init(code:)) else {
        return nil
      }
      results.add(UInt8(edges.count))
      edges.append(try hardware.edgeLine(name, kind))
    default:
      let camera = try hardware.frameSource(name)
      results.add(UInt8(cameras.count))
      results.add(UInt16(clamping: camera.width))
      results.add(UInt16(clamping: camera.height))
      cameras.append((camera, Frame(width: camera.width, height: camera.height)))
    }
    return .done
  }

  func transfer(
    _ question: inout PacketReader, _ results: inout PacketWriter
  ) -> MachineProtocol.Outcome? {
    guard let bus = question.element(of: buses), let address = question.number(UInt8.self),
      address < 128, let reads = question.number(UInt16.self)
    else { return nil }
    var wanted = results
    guard let room = wanted.take(Int(reads)) else { return nil }
    do throws(I2CError) {
      try bus.transfer(address: address, writing: question.remainder(), reading: room)
      results = wanted
      return .done
    } catch {
      results.add(error.reason.code.reason)
      results.add(error.reason.code.errno)
      return .busError
    }
  }

  func setOutput(
    _ question: inout PacketReader, _ results: inout PacketWriter
  ) -> MachineProtocol.Outcome? {
    guard let line = question.element(of: outputs), let isHigh = question.flag() else { return nil }
    do throws(LineError) {
      try line.set(high: isHigh)
      return .done
    } catch { return refuse(error.errno, &results) }
  }

  func readInput(
    _ question: inout PacketReader, _ results: inout PacketWriter
  ) -> MachineProtocol.Outcome? {
    guard let line = question.element(of: inputs) else { return nil }
    do throws(LineError) {
      results.add(try line.isHigh())
      return .done
    } catch { return refuse(error.errno, &results) }
  }

  func nextEdge(
    _ question: inout PacketReader, _ results: inout PacketWriter, _ offset: Interval
  ) -> MachineProtocol.Outcome? {
    guard let line = question.element(of: edges) else { return nil }
    do throws(LineError) {
      let edge = try line.nextEdge()
      results.add(edge != nil)
      if let edge {
        results.add((edge.at + offset).nanoseconds)
        results.add(edge.sequence)
        results.add(edge.isRising)
      }
      return .done
    } catch { return refuse(error.errno, &results) }
  }

  func latestFrame(
    _ question: inout PacketReader, _ results: inout PacketWriter, _ offset: Interval
  ) -> MachineProtocol.Outcome? {
    guard let number = question.number(UInt8.self), cameras.indices.contains(Int(number)),
      let held = question.number(UInt32.self)
    else { return nil }
    do throws(FrameError) {
      cameras[Int(number)].frame.sequence = held
      let isNew = try cameras[Int(number)].source.latest(into: &cameras[Int(number)].frame)
      results.add(isNew)
      guard isNew else { return .done }
      let frame = cameras[Int(number)].frame
      results.add((frame.capturedAt + offset).nanoseconds)
      results.add(frame.sequence)
      frame.pixels.withUnsafeBytes { results.add($0) }
      return .done
    } catch { return refuse(error.errno, &results) }
  }

  private func refuse(
    _ errno: Int32, _ results: inout PacketWriter
  ) -> MachineProtocol.Outcome {
    results.add(errno)
    return .refused
  }
}

extension PacketReader {
  /// The one that the next byte numbers.
  fileprivate mutating func element<Element>(of all: [Element]) -> Element? {
    guard let number = number(UInt8.self), all.indices.contains(Int(number)) else { return nil }
    return all[Int(number)]
  }
}
