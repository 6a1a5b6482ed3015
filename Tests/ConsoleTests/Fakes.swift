// SPDX-License-Identifier: Apache-2.0
import Board
import Codecs
import Console
import Intercom
import Quantities
import Safety

/// A robot that does at once what it is asked, unless it stands still.
final class FakeRobot: ConsoleRobot {
  var snapshot = RobotSnapshot()
  var camera: CameraPicture?
  /// What speaks against arming.
  var bars: [Refusal] = []
  /// Requests are taken in the next `work`; none is while this is set.
  var isStuck = false
  var cannot = false
  private(set) var stops = 0
  private(set) var done: [String] = []
  private(set) var board: BoardDescription?
  private var tickets: [Ticket] = []

  init() { snapshot.state = .disarmed }

  func send(_ ticket: Ticket) -> Bool {
    guard tickets.count < 8 else { return false }
    tickets.append(ticket)
    return true
  }

  func stop() {
    stops += 1
    if snapshot.state.isEnabled { snapshot.state = .stopped(.operatorStop) }
  }

  func picture() -> CameraPicture? { camera }

  /// One tick.
  func work() {
    guard !isStuck else { return }
    snapshot.ticks += 1
    for ticket in tickets where ticket.take() { ticket.answer(answer(ticket.request)) }
    tickets = []
  }

  private func answer(_ request: RobotRequest) -> Ticket.Answer {
    if cannot { return .impossible }
    switch request {
    case .arm:
      guard bars.isEmpty else {
        var set = RefusalSet()
        for bar in bars { set.set(bar, true) }
        return .refused(set)
      }
      snapshot.state = .armed
      done.append("arm")
    case .disarm:
      snapshot.state = .disarmed
      done.append("disarm")
    case .acknowledge:
      snapshot.state = .disarmed
      done.append("acknowledge")
    case .goal(let picture): done.append("goal \(picture.name)")
    case .change(let change):
      if change.touchesGate, snapshot.state.isEnabled { return .refused(RefusalSet()) }
      board = change.board
      done.append("change")
    case .inject(let part, let fault): done.append("inject \(part) \(fault)")
    }
    return .done
  }
}

final class FakeHost: ConsoleHost {
  let version = "1.2.3"
  var wallTime = "2026-11-24T18:40:00Z"
  var goals = ["door", "desk"]
  var injections = ["imu off", "camera stuck"]
  var saved: [BoardSettings] = []
  var failure: ConsoleError?
  var notes: [String] = []

  func goal(_ name: String) throws(ConsoleError) -> GoalPicture {
    if let failure { throw failure }
    return GoalPicture(name: name, pixels: [1, 2, 3])
  }

  func keep(_ picture: CameraPicture, as name: String) throws(ConsoleError) -> String {
    if let failure { throw failure }
    goals.append("\(name).png")
    return "\(name).png"
  }

  func save(_ settings: BoardSettings) throws(ConsoleError) {
    if let failure { throw failure }
    saved.append(settings)
  }

  func note(_ line: String) { notes.append(line) }
}

/// A console with a robot, and a line to it that is typed on.
final class Desk {
  let robot = FakeRobot()
  let host = FakeHost()
  let console: Console
  let session: ConsoleSession
  var now = Instant(nanoseconds: 1_000_000_000)

  init() throws {
    console = Console(
      robot: robot, host: host,
      settings: try BoardSettings(text: Desk.board, path: "boards/testbed/board.yaml"))
    session = ConsoleSession(console, name: "ttyS0")
    console.step(now)
  }

  /// Time goes on in steps of 10 ms.
  func wait(_ seconds: Double, _ sessions: ConsoleSession...) {
    let end = now + Interval(seconds: seconds)
    while now < end {
      now = now + Interval(seconds: 0.01)
      robot.work()
      console.step(now)
      for session in [session] + sessions { session.step(now) }
    }
  }

  /// Gives a line, and returns what is said until all of it is done.
  func give(_ line: String, to other: ConsoleSession? = nil) -> String {
    let session = other ?? session
    _ = session.said()
    session.receive(Array((line + "\r").utf8), now: now)
    for _ in 0..<5 {
      now = now + Interval(seconds: 0.03)
      robot.work()
      console.step(now)
      self.session.step(now)
      other?.step(now)
    }
    return session.said()
  }

  /// The same in a frame: what is in the answer.
  func ask(_ line: String, id: Int = 7) -> JSON? {
    _ = session.said()
    let frame = Envelope(
      sequence: 1,
      json: .object([.init("id", .number(Double(id))), .init("do", .text(line))]))
    session.receive(frame.bytes, now: now)
    for _ in 0..<5 {
      now = now + Interval(seconds: 0.03)
      robot.work()
      console.step(now)
      session.step(now)
    }
    return session.frames().last
  }

  static let board = """
    board: testbed
    title: For tests
    machine: simulated
    world: rover
    model: model.safetensors
    rates: {gate: 100 Hz, decision: 0.3 s}
    imu:
      chip: mpu6050
      bus: i2c-1
      address: 0x68
      interrupt: IMU_INT
      rate: 100 Hz
      gyro_range: 500 deg/s
      accel_range: 4 g
      filter: 44 Hz
    camera: {name: front, width: 64 px, height: 64 px, rate: 10 Hz}
    pwm: {chip: pca9685, bus: i2c-1, address: 0x40, frequency: 1000 Hz}
    motor_driver: {chip: tb6612, standby: MOTOR_STBY}
    motors:
      - {name: left, pwm: 0, in1: 1, in2: 2, \
    limits: {position: [-1, 1], rate: 12 /s, slew: 1200 /s2}}
      - {name: right, pwm: 3, in1: 4, in2: 5, \
    limits: {position: [-1, 1], rate: 12 /s, slew: 1200 /s2}}
    actions:
      - {name: left, motors: [left]}
      - {name: right, motors: [right]}
    goal: picture

    """
}

extension ConsoleSession {
  /// All bytes that wait to be sent.
  func sent() -> [UInt8] {
    var bytes: [UInt8] = []
    while hasOutput {
      drain { (some: UnsafeRawBufferPointer) -> Int in
        bytes += Array(some)
        return some.count
      }
    }
    return bytes
  }

  func said() -> String { String(decoding: sent(), as: UTF8.self) }

  func frames() -> [JSON] {
    sent().split(separator: 0x0A).compactMap { line in
      do throws(Envelope.Fault) { return try Envelope(line: Array(line)).json } catch { return nil }
    }
  }

  func type(_ text: String, at now: Instant) { receive(Array(text.utf8), now: now) }
}

/// A terminal that understands characters, CR, LF and BS only, and what is on it.
struct DumbTerminal {
  private(set) var rows: [[UInt8]] = [[]]
  private(set) var column = 0
  private(set) var isOverrun = false
  let columns: Int

  init(columns: Int) { self.columns = columns }

  mutating func show(_ bytes: [UInt8]) {
    for byte in bytes {
      switch byte {
      case 0x0D: column = 0
      case 0x0A: rows.append([])
      case 0x08: column = max(0, column - 1)
      case 0x20..<0x7F:
        while rows[rows.count - 1].count <= column { rows[rows.count - 1].append(0x20) }
        rows[rows.count - 1][column] = byte
        column += 1
        if column >= columns { isOverrun = true }
      default: break
      }
    }
  }

  /// The last row without spaces at its end.
  var row: String { String(decoding: rows[rows.count - 1], as: UTF8.self).trimmedEnd }
}

extension String {
  var trimmedEnd: String {
    guard let end = lastIndex(where: { $0 != " " }) else { return "" }
    return String(self[...end])
  }
}
