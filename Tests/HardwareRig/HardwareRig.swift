// SPDX-License-Identifier: Apache-2.0
import Board
import CUSBRedir
import LoopFixtures

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `HardwareRig BOARD FOLDER`: the chips of a board (a board.yaml), simulated and moving in real
/// time, as hardware of an emulated machine. FOLDER has the machine's sockets: `usb`, where the I2C
/// bus is plugged in as a USB adapter, and `lines`, the GPIO lines. Ends when the machine does.
@main
enum HardwareRig {
  static func main() {
    let words = CommandLine.arguments
    guard words.count == 3 else { end("usage: HardwareRig BOARD FOLDER", 2) }
    let rig: LiveChips
    do {
      let board = try BoardDescription.load(path: words[1])
      let world = (board.world == .balance ? BoardName.balance : .rover).world(seed: 1)
      rig = try LiveChips(
        board: board, world: world, lines: connect("\(words[2])/lines"),
        say: { print("rig: \($0)", to: STDOUT_FILENO) })
    } catch {
      end("\(error)", 2)
    }
    let socket = connect("\(words[2])/usb")
    let identity = umwelt_usb_identity(
      vendor: TinyUSBAdapter.vendor, product: TinyUSBAdapter.product,
      version: TinyUSBAdapter.version)
    // SAFETY: `rig` lives as long as the call, which is the only one to use the pointer.
    let result = withExtendedLifetime(rig) {
      umwelt_usbredir_serve(
        socket, identity,
        { context, type, request, value, index, data, length in
          let bytes = UnsafeMutableRawBufferPointer(start: data, count: Int(length))
          let done = LiveChips.of(context).control(
            type: type, request: request, value: value, index: index, bytes)
          return Int32(done ?? -1)
        },
        { LiveChips.of($0).catchUp() },
        Unmanaged.passUnretained(rig).toOpaque())
    }
    if result != 0 { end("the socket failed (errno \(-result))", 1) }
  }

  /// A connected socket; the emulator may still be starting.
  private static func connect(_ path: String) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      end("\(path): too long for a socket's name", 2)
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    for _ in 0..<300 {
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      // SAFETY: `address` outlives the call and is as long as said.
      let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      if result == 0 { return descriptor }
      close(descriptor)
      usleep(100_000)
    }
    end("\(path): nobody listens there", 1)
  }

  private static func end(_ text: String, _ code: Int32) -> Never {
    print("HardwareRig: \(text)", to: STDERR_FILENO)
    exit(code)
  }

  /// At once, wherever it goes.
  private static func print(_ text: String, to descriptor: Int32) {
    let line = Array("\(text)\n".utf8)
    // SAFETY: `line` outlives the call.
    _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }
}
