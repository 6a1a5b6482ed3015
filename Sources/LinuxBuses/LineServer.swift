// SPDX-License-Identifier: Apache-2.0
import Buses
import Quantities

/// Somebody at the other end of a line, as the program sees it.
public protocol LineTalker: AnyObject {
  func receive(_ bytes: UnsafeRawBufferPointer, now: Instant)
  /// Goes on with what is not done; at least ten times a second.
  func step(_ now: Instant)
  /// Sends what waits; `send` says how much was taken.
  func drain(_ send: (UnsafeRawBufferPointer) throws(SerialError) -> Int) throws(SerialError)
  /// Whether something goes on that should not wait for a tenth of a second.
  var isBusy: Bool { get }
}

/// Serves lines: serial ports that come and go, and a socket to which several connect.
///
/// It waits for bytes and for nothing else: who does not read is skipped, who sends without end
/// gets his share, and a port that is unplugged is opened again once it is back. Thread: one.
public final class LineServer {
  /// Where it talks.
  public enum Place: Equatable, Sendable {
    case serial(path: String, baud: Int)
    case socket(path: String)
  }

  /// As many connections at once: whoever takes over from a line that hangs needs another.
  static let mostConnections = 8
  /// How often a port that is not there is looked for.
  static let retry = Interval(nanoseconds: 1_000_000_000)
  /// A tenth of a second is what `LineTalker.step` is promised; ten milliseconds are below what a
  /// hand on a keyboard feels, and fill no kernel's buffer at 1,500,000 baud (4 kB in 27 ms).
  private static let idleMs: Int32 = 100
  private static let busyMs: Int32 = 10
  /// Of one line, before the others have their turn.
  private static let shareBytes = 4096
  /// The pause after a turn in which a line had more than its share: 2 MB/s are ten times what the
  /// fastest serial line brings, and whoever sends more does not get this processor for it.
  private static let floodPause = Interval(nanoseconds: 2_000_000)

  private final class Line {
    let port: any SerialPort & WaitedFile
    let talker: any LineTalker
    /// The place in `places` of a serial port; nil for a connection.
    let place: Int?
    var isStuck = false

    init(_ port: any SerialPort & WaitedFile, _ talker: any LineTalker, place: Int?) {
      (self.port, self.talker, self.place) = (port, talker, place)
    }
  }

  private let places: [Place]
  private let hardware: LinuxHardware
  private let clock: any Clock
  private let meet: (String) -> any LineTalker
  private let part: (any LineTalker) -> Void
  private let listeners: [StreamListener]
  private var lines: [Line] = []
  private var nextTry = Instant.zero
  private var isFlooded = false
  private var buffer = [UInt8](repeating: 0, count: shareBytes)
  /// Why a port cannot be opened; said once by whoever asks.
  public private(set) var lastError: SerialError?

  /// - Parameters:
  ///   - meet: somebody is there, on the line of this name.
  ///   - part: he has gone.
  /// Throws: that a socket cannot be made. Serial ports may come later.
  public init(
    _ places: [Place], hardware: LinuxHardware = LinuxHardware(), clock: any Clock,
    meet: @escaping (String) -> any LineTalker, part: @escaping (any LineTalker) -> Void
  ) throws(StreamError) {
    (self.places, self.hardware, self.clock) = (places, hardware, clock)
    (self.meet, self.part) = (meet, part)
    var listeners: [StreamListener] = []
    for case .socket(let path) in places { listeners.append(try StreamListener(path)) }
    self.listeners = listeners
  }

  /// All have gone.
  public func close() {
    for line in lines { part(line.talker) }
    lines = []
  }

  /// Waits a tenth of a second at most, and does what there is to do.
  public func serve() {
    openMissing()
    let isBusy = lines.contains { $0.talker.isBusy || $0.isStuck }
    let files = listeners.map { $0 as any WaitedFile } + lines.map(\.port)
    if files.isEmpty {
      clock.sleep(until: clock.now + Interval(nanoseconds: Int64(Self.idleMs) * 1_000_000))
    } else {
      WaitedFiles.wait(files, milliseconds: isBusy ? Self.busyMs : Self.idleMs)
    }
    for listener in listeners { welcome(listener) }
    isFlooded = false
    lines.removeAll { line in
      do throws(SerialError) {
        try attend(line)
        return false
      } catch {
        part(line.talker)
        return true
      }
    }
    if isFlooded { clock.sleep(until: clock.now + Self.floodPause) }
  }

  private func openMissing() {
    guard clock.now >= nextTry else { return }
    nextTry = clock.now + Self.retry
    for (index, place) in places.enumerated() {
      guard case .serial(let path, let baud) = place, !lines.contains(where: { $0.place == index })
      else { continue }
      do throws(SerialError) {
        let port = try hardware.serialPort(path, baud: baud)
        lines.append(Line(port, meet(Self.shortName(path)), place: index))
        lastError = nil
      } catch { lastError = error }
    }
  }

  private func welcome(_ listener: StreamListener) {
    while let connection = listener.accept() {
      // More than that nobody needs; it is closed at once.
      guard lines.count(where: { $0.place == nil }) < Self.mostConnections else { continue }
      lines.append(Line(connection, meet(connection.name), place: nil))
    }
  }

  private func attend(_ line: Line) throws(SerialError) {
    let now = clock.now
    let port = line.port
    var result = Result<Int, SerialError>.success(0)
    buffer.withUnsafeMutableBytes { bytes in
      do throws(SerialError) {
        let count = try port.read(into: bytes)
        if count > 0 {
          line.talker.receive(UnsafeRawBufferPointer(rebasing: bytes[..<count]), now: now)
        }
        result = .success(count)
      } catch { result = .failure(error) }
    }
    isFlooded = try result.get() == buffer.count || isFlooded
    line.talker.step(now)
    var isStuck = false
    try line.talker.drain { (bytes) throws(SerialError) -> Int in
      let sent = try port.write(bytes)
      isStuck = sent < bytes.count
      return sent
    }
    line.isStuck = isStuck
  }

  /// "ttyAMA0" of "/dev/ttyAMA0".
  private static func shortName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
