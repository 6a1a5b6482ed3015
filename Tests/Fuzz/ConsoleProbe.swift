// SPDX-License-Identifier: Apache-2.0
import Board
import Console
import Intercom
import Quantities
import Safety

/// What comes over a line to the console: keys, pastes, frames, noise.
///
/// A line that begins with `~` is a dump's, with its right check put on; one with `@` is a frame's
/// command, in a whole frame: nobody guesses those. The robot may do only what a word of the input
/// can ask for, and what is said stays bounded.
enum ConsoleProbe {
  private static let board = """
    board: testbed
    title: For the fuzzer
    machine: simulated
    world: rover
    model: model.safetensors
    rates: {gate: 100 Hz, decision: 0.3 s}
    imu: {chip: mpu6050, bus: i2c-1, address: 0x68, interrupt: IMU_INT, rate: 100 Hz,
      gyro_range: 500 deg/s, accel_range: 4 g, filter: 44 Hz}
    pwm: {chip: pca9685, bus: i2c-1, address: 0x40, frequency: 1000 Hz}
    motor_driver: {chip: tb6612, standby: MOTOR_STBY}
    motors:
      - {name: left, pwm: 0, in1: 1, in2: 2, limits: {position: [-1, 1], rate: 12 /s, slew: 99 /s2}}
    actions: [{name: left, motors: [left]}]
    goal: level

    """

  private static let settings: BoardSettings? = {
    do throws(BoardError) { return try BoardSettings(text: board, path: "board.yaml") } catch {
      return nil
    }
  }()

  /// True when the robot did something.
  static func accepts(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let settings else { preconditionFailure("the fuzzer's board is wrong") }
    let robot = ProbedRobot()
    let console = Console(robot: robot, host: ProbedHost(), settings: settings)
    let sessions = [
      ConsoleSession(console, name: "one"), ConsoleSession(console, name: "two")
    ]
    var now = Instant(nanoseconds: 1_000_000_000)
    for (number, line) in bytes.split(separator: 0x0A).enumerated() {
      // Every seventh comes over another line.
      let session = sessions[number % 7 == 6 ? 1 : 0]
      session.receive(dressed(Array(line)), now: now)
      for _ in 0..<3 {
        now = now + Interval(nanoseconds: 400_000_000)
        robot.work()
        console.step(now)
        for session in sessions { session.step(now) }
      }
      for session in sessions { precondition(said(by: session) <= 2 * 65_536) }
    }
    check(robot, Array(bytes))
    return !robot.done.isEmpty
  }

  private static func dressed(_ line: [UInt8]) -> [UInt8] {
    let rest = line.dropFirst()
    switch line.first {
    case UInt8(ascii: "~"):
      return rest + Array(" *\(CRC16(rest).text)\r".utf8)
    case UInt8(ascii: "@"):
      let command = String(decoding: rest, as: UTF8.self)
      return Envelope(
        sequence: 1, json: .object([.init("id", .number(1)), .init("do", .text(command))])
      ).bytes
    default: return line + [0x0D]
    }
  }

  private static func said(by session: ConsoleSession) -> Int {
    var count = 0
    while session.hasOutput {
      session.drain { (bytes: UnsafeRawBufferPointer) -> Int in
        count += bytes.count
        return bytes.count
      }
    }
    return count
  }

  /// Nothing happened that no word of the input means.
  private static func check(_ robot: ProbedRobot, _ bytes: [UInt8]) {
    // Keys edit a line and history brings words back: letters in their order are all that is sure.
    func has(_ words: String...) -> Bool {
      words.contains { word in
        var rest = Array(word.utf8)[...]
        for byte in bytes where byte == rest.first { rest = rest.dropFirst() }
        return rest.isEmpty
      }
    }
    // Tab brings letters that nobody typed.
    guard !bytes.contains(0x09) else { return }
    for deed in robot.done {
      switch deed {
      case "arm": precondition(has("arm", "go"))
      case "disarm": precondition(has("disarm", "acknowledge"))
      case "stop": precondition(bytes.contains(0x18) || has("stop", "commit", "apply"))
      case "other": precondition(has("goal", "inject"))
      default: precondition(has("set", "revert", "rollback", "apply", "commit"))
      }
    }
  }
}

/// Does what it is asked, but for every seventh tick.
private final class ProbedRobot: ConsoleRobot {
  var snapshot = RobotSnapshot()
  var done: [String] = []
  private var tickets: [Ticket] = []

  init() { snapshot.state = .disarmed }

  func send(_ ticket: Ticket) -> Bool {
    guard tickets.count < 4 else { return false }
    tickets.append(ticket)
    return true
  }

  func stop() {
    done.append("stop")
    if snapshot.state.isEnabled { snapshot.state = .stopped(.operatorStop) }
  }

  func picture() -> CameraPicture? { nil }

  func work() {
    snapshot.ticks += 1
    guard snapshot.ticks % 7 != 0 else { return }
    for ticket in tickets where ticket.take() {
      switch ticket.request {
      case .arm:
        snapshot.state = .armed
        done.append("arm")
      case .disarm, .acknowledge:
        snapshot.state = .disarmed
        done.append("disarm")
      case .goal, .inject: done.append("other")
      case .change(let change):
        guard !change.touchesGate || !snapshot.state.isEnabled else {
          ticket.answer(.refused(RefusalSet()))
          continue
        }
        done.append("change")
      }
      ticket.answer(.done)
    }
    tickets = []
  }
}

private final class ProbedHost: ConsoleHost {
  let version = "0"
  let wallTime = "now"
  let goals = ["door"]
  let injections = ["imu off"]

  func goal(_ name: String) throws(ConsoleError) -> GoalPicture {
    GoalPicture(name: name, pixels: [])
  }

  func keep(_ picture: CameraPicture, as name: String) throws(ConsoleError) -> String { name }
  func save(_ settings: BoardSettings) throws(ConsoleError) {}
  func note(_ line: String) {}
}
