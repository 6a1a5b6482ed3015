// SPDX-License-Identifier: Apache-2.0
import Board
import Buses
import Codecs
import Console
import Intercom
import LinuxBuses
import Quantities
import Runtime
import Synchronization
import Threads

/// The console of a running robot, on a thread of its own: `umwelt run --console PLACE`.
///
/// Use: make it before the loop has its thread, call `link.serve(loop)` after each tick in the
/// loop's thread, and `end` at the end.
final class ConsoleService {
  /// For the loop's thread.
  let link: ConsoleLink
  private let thread: RoleThread
  private let isOver: Flag

  /// What both threads see.
  final class Flag: Sendable {
    let value = Atomic<Bool>(false)
  }

  /// - Parameters:
  ///   - places: a serial port ("/dev/ttyAMA0", "/dev/ttyAMA0:1500000") or a socket's path.
  ///   - settings: the board that runs, with what was saved for it.
  ///   - stateFolder: where what is saved goes, and the lines' history.
  ///   - servoEnds, mind, inject: as `ConsoleLink`'s.
  ///   - frame: the camera's width and height; nil without one.
  /// Throws: that a socket cannot be made. A serial port may come later.
  init(
    places: [String], settings: BoardSettings, stateFolder: String, goalFolder: String?,
    goalSize: (width: Int, height: Int)?, servoEnds: [Calibration.Servo] = [],
    mind: MindChanges? = nil, inject: ((String, String) -> Bool)? = nil, injections: [String] = []
  ) throws {
    let camera = settings.board.camera
    let robot = RobotLink(width: camera?.widthPx ?? 0, height: camera?.heightPx ?? 0)
    link = ConsoleLink(robot, servoEnds: servoEnds, mind: mind, inject: inject)
    let isOver = Flag()
    self.isOver = isOver
    let host = ServiceHost(
      stateFolder: stateFolder, goalFolder: goalFolder, goalSize: goalSize,
      injections: injections)
    // Everything that the console has is made on its own thread: it is nobody else's.
    let opening = Opening()
    thread = try RoleThread(.console) {
      let room = ConsoleRoom(robot: robot, settings: settings, host: host)
      do throws(StreamError) {
        try room.open(places.map(LineServer.Place.init))
      } catch {
        opening.failure.withLock { $0 = error }
      }
      opening.isDone.wake()
      while !isOver.value.load(ordering: .acquiring), room.isOpen { room.serve() }
      room.close()
    }
    opening.isDone.wait()
    if let failure = opening.failure.withLock({ $0 }) {
      _ = thread.join(withinS: 1)
      throw failure
    }
  }

  /// Says good-bye on all lines.
  func end() {
    isOver.value.store(true, ordering: .releasing)
    _ = thread.join(withinS: 1)
  }

  private final class Opening: Sendable {
    let isDone = Wakeup()
    let failure = Mutex<StreamError?>(nil)
  }
}

extension ThreadRole {
  /// People's: after the body and the mind, before all else of the computer's, of which it leaves
  /// most: see `LineServer`.
  static let console = ThreadRole("umwelt-console", .fifo(5))
}

extension LineServer.Place {
  /// "/dev/ttyAMA0", "/dev/ttyAMA0:1500000", or the path of a socket.
  init(_ text: String) {
    guard text.hasPrefix("/dev/") else {
      self = .socket(path: text)
      return
    }
    let parts = text.split(separator: ":", maxSplits: 1)
    let baud = parts.count == 2 ? Int(parts[1]) : nil
    self = .serial(path: String(parts[0]), baud: baud ?? Self.usualBaud)
  }

  /// 8N1, as all serial consoles have it that nobody set up.
  static let usualBaud = 115_200
}

extension ConsoleSession: LineTalker {}

/// The console with its lines. Thread: one.
private final class ConsoleRoom {
  private let console: Console
  private let host: ServiceHost
  private let clock = MonotonicClock()
  private var server: LineServer?
  private var history: [String]

  var isOpen: Bool { server != nil }

  init(robot: RobotLink, settings: BoardSettings, host: ServiceHost) {
    self.host = host
    console = Console(robot: robot, host: host, settings: settings)
    history = host.readHistory()
  }

  func open(_ places: [LineServer.Place]) throws(StreamError) {
    server = try LineServer(
      places, clock: clock,
      meet: { [unowned self] name in
        let session = ConsoleSession(console, name: name, history: history)
        session.open()
        return session
      },
      part: { [unowned self] talker in
        guard let session = talker as? ConsoleSession else { return }
        history = session.history
        host.write(history: history)
      })
  }

  func serve() {
    console.step(clock.now)
    server?.serve()
  }

  func close() {
    server?.close()
    server = nil
  }
}
