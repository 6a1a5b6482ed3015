// SPDX-License-Identifier: Apache-2.0
import Buses
import Foundation
import Glibc
import Guard
import GuardFixtures
import LinuxBuses
import Quantities
import Runtime
import Safety
import SocketBuses
import Testing

/// `umwelt-guard` as it was built, next to the tests.
final class GuardChild {
  let id: pid_t
  private var code: Int32?
  private let log: String

  init(_ arguments: [String], in folder: TestFolder) throws {
    log = "\(folder.path)/guard-\(UInt32.random(in: 0...UInt32.max)).log"
    let found = Self.places.first { access($0, X_OK) == 0 }
    let binary = try #require(found, "no built umwelt-guard next to the tests")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    let texts = ([binary] + arguments).map { strdup($0) } + [nil]
    defer { for text in texts { free(text) } }
    var child: pid_t = 0
    // SAFETY: the list ends with nil; its texts and `actions` outlive the call.
    try #require(posix_spawn(&child, binary, &actions, nil, texts, environ) == 0)
    id = child
  }

  deinit {
    signal(SIGKILL)
    _ = wait()
  }

  private static var places: [String] {
    var link = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &link, link.count - 1)
    let runner = String(
      decoding: link.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return (CommandLine.arguments.filter { $0.contains(".xctest") } + [runner]).map { place in
      place.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/umwelt-guard"
    }
  }

  func signal(_ number: Int32) { if code == nil { kill(id, number) } }

  /// Its exit code, or a negative signal.
  func wait() -> Int32 {
    if let code { return code }
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    // As the macros WIFEXITED and WEXITSTATUS.
    let number = status & 0x7F
    let code = number == 0 ? (status >> 8) & 0xFF : -number
    self.code = code
    return code
  }

  var errors: String {
    FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// What it used of processors since its start. Source: proc(5), fields 14 and 15 of stat.
  var cpuS: Double {
    let path = "/proc/\(id)/stat"
    guard let data = FileManager.default.contents(atPath: path) else { return 0 }
    let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
    guard fields.count > 15, let user = Double(fields[13]), let system = Double(fields[14]) else {
      return 0
    }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}

/// A runtime without a robot: beats every 5 ms in a thread.
final class BeatingRuntime: @unchecked Sendable {
  private let lock = NSLock()
  private let words: SharedWords
  private let clock = MonotonicClock()
  private var beat: Heartbeat
  private var isEnding = false
  private var silent = false

  init(_ path: String) throws {
    words = try SharedWords(path, makes: false)
    beat = Heartbeat(
      session: UInt32.random(in: 1...UInt32.max), sequence: 0, sentAt: .zero, nextBy: .zero,
      wantsOutputs: false, isLeaving: false, imuSamples: 0)
    Thread.detachNewThread { [self] in
      while !lock.withLock({ isEnding }) {
        send()
        usleep(5000)
      }
    }
  }

  func end() { lock.withLock { isEnding = true } }

  var isSilent: Bool {
    get { lock.withLock { silent } }
    set { lock.withLock { silent = newValue } }
  }

  var wants: Bool {
    get { lock.withLock { beat.wantsOutputs } }
    set { lock.withLock { beat.wantsOutputs = newValue } }
  }

  func skip(_ count: UInt64) { lock.withLock { beat.sequence += count } }

  func leave() {
    lock.withLock { beat.isLeaving = true }
    send()
    isSilent = true
  }

  /// As `GuardedOutputs` sees it.
  var trouble: GuardTrouble? {
    lock.withLock {
      let now = clock.now
      for _ in 0..<4 {
        guard let standing = GuardStanding(words: words.load(.guardian)) else { continue }
        if (now - standing.at).seconds > GuardedOutputs.guardTimeoutS { return .noGuard }
        guard standing.seen?.session == beat.session else { return .unheard }
        return standing.rung == .allowing ? nil : .holding(standing.fault)
      }
      return .noGuard
    }
  }

  /// Promises more than the computer may keep it waiting while it is busy with other tests.
  private func send() {
    lock.withLock {
      if silent { return }
      beat.sequence += 1
      beat.imuSamples += 1
      beat.sentAt = clock.now
      beat.nextBy = beat.sentAt + Interval(seconds: 0.2)
      words.store(beat.words, in: .runtime)
    }
  }
}

/// A machine, the guard's process and a runtime that beats.
final class ProcessBench {
  let rig: ServedRig
  let process: GuardChild
  let runtime: BeatingRuntime
  private let driver: SocketHardware

  init(_ more: [String] = []) throws {
    rig = try ServedRig()
    let words = rig.folder.path + "/words"
    process = try GuardChild(
      [
        "--memory", words, "--standby", "MOTOR_STBY", "--pwm", "i2c-1:0x40", "--machine",
        rig.socket, "--record", rig.folder.path
      ] + more, in: rig.folder)
    var made: BeatingRuntime?
    for _ in 0..<1000 where made == nil {
      do { made = try BeatingRuntime(words) } catch { usleep(10_000) }
    }
    runtime = try #require(made, "the guard made no shared memory: \(process.errors)")
    driver = try rig.hardware()
  }

  deinit {
    runtime.end()
    rig.end()
  }

  var record: GuardRecord? { rig.folder.text(GuardRecordFile.name).flatMap { GuardRecord($0) } }

  /// Rests, then wants the outputs, with a channel of the chip on; waits until the machine drives.
  func arm() throws {
    runtime.wants = false
    #expect(waits { runtime.trouble == nil })
    let chip = I2CDevice(bus: try driver.i2cBus("i2c-1"), address: 0x40)
    try chip.write(0x20, to: 0x00)
    for register: UInt8 in [0x07, 0x0B] { try chip.write(0x10, to: register) }
    for register: UInt8 in [0x09, 0x0D] { try chip.write(0x00, to: register) }
    runtime.wants = true
    #expect(try rig.becomes(safe: false, within: 10), "\(process.errors)")
  }

  /// Within ten seconds.
  func waits(until isSo: () -> Bool) -> Bool {
    for _ in 0..<2000 {
      if isSo() { return true }
      usleep(5000)
    }
    return false
  }

  /// Whether this connection still lives, which a reset ends.
  func hasMachine(_ machine: SocketHardware, resets: UInt32) -> Bool {
    do { return try machine.standing().resets == resets } catch { return false }
  }
}
