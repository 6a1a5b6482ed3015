// SPDX-License-Identifier: Apache-2.0
import Codecs
import Intercom
import Quantities

/// One line to the console: a tty, a socket, a pseudo-terminal.
///
/// The owner gives it what arrived (`receive`), lets it go on (`step`, at least ten times a second)
/// and sends what it says (`drain`). Thread: the console's.
public final class ConsoleSession {
  /// Bytes that come faster than this were not typed, seconds: keys repeat every 30 ms at most.
  static let typingGapS = 0.02
  /// So many in a row are a paste.
  static let pasteBytes = 40
  /// A paste whose end did not come has ended after this, seconds.
  static let pasteEndS = 1.0
  /// Lines that may wait for one before them to be done.
  static let queueLimit = 1000
  /// After so many lines, or so much to say, it is another line's turn: some milliseconds of work.
  static let turnLines = 64
  static let turnBytes = 8192
  /// How long a loop has to take up a request, seconds.
  static let patienceS = 2.0

  public let name: String
  let console: Console
  var editor: LineEditor
  var output = OutputQueue()
  /// What the terminal is known to understand.
  var hasAnsi = false
  var rows = 24
  var isFramed = false
  var frameSequence: UInt16 = 0
  var frameLine: [UInt8] = []
  var isFrameTooLong = false
  /// The frame that is answered now.
  var frameID: JSON = .null

  private var decoder = KeyDecoder()
  private var lastByteAt = Instant.zero
  private var burst = 0
  private var pastedLines = 0
  private var isPasting = false
  private(set) var queue: [Entry] = []
  private(set) var waiting: Waiting?
  private(set) var live: (view: any LiveView, next: Instant, isFirst: Bool)?
  private var seenEvent: Int

  /// A line that was given, and the frame that gave it.
  struct Entry {
    var line: String
    var id: JSON = .null
    var isFrame = false
  }

  /// A request that the loop has not answered.
  struct Waiting {
    var ticket: Ticket
    var until: Instant
    var entry: Entry
    var finish: (Ticket.Answer) throws(ConsoleError) -> Answer
  }

  /// - Parameters:
  ///   - name: for the others: "ttyS0", "socket 2".
  ///   - history: lines of earlier sessions, the oldest first.
  public init(_ console: Console, name: String, history: [String] = []) {
    (self.console, self.name) = (console, name)
    editor = LineEditor(prompt: "umwelt> ", history: history)
    seenEvent = console.events.last?.number ?? 0
  }

  /// The lines of this session and earlier ones, to be kept.
  public var history: [String] { editor.history }

  /// Says who is there, and asks the terminal what it understands.
  ///
  /// "Device status" (ECMA-48, DSR) is answered by whatever understands ANSI; for one that shows it
  /// instead, spaces go over it.
  public func open() {
    var bytes = Array("\u{1B}[5n\r    \r".utf8)
    bytes += Array("umwelt \(console.host.version) on \(console.desk.settings.board.name); ".utf8)
    bytes += Array("? for help, ctrl-X stops the robot\r\n".utf8)
    output.add(bytes)
    refresh()
  }

  /// What has arrived.
  public func receive(_ bytes: some Collection<UInt8>, now: Instant) {
    let isSteady = (now - lastByteAt).seconds < Self.typingGapS
    burst = isSteady ? burst + bytes.count : bytes.count
    lastByteAt = now
    if burst >= Self.pasteBytes { editor.isQuiet = true }
    for byte in bytes { take(byte, now) }
    work(now)
  }

  /// Goes on with whatever is not done.
  public func step(_ now: Instant) {
    resume(now)
    work(now)
    let idleS = (now - lastByteAt).seconds
    if idleS > Self.pasteEndS { isPasting = false }
    if editor.isQuiet, !isPasting, idleS > Self.typingGapS { settle() }
    tellEvents()
    show(now)
    if output.hasDropped, output.isEmpty {
      let count = output.takeDropped()
      say(["(\(count) bytes were not sent: nobody read them)"])
    }
  }

  /// Sends what waits; `send` says how many bytes went.
  public func drain<Failure: Error>(
    _ send: (UnsafeRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) {
    try output.drain(send)
  }

  /// Whether something waits to be sent.
  public var hasOutput: Bool { !output.isEmpty }

  /// Whether `step` should come soon: something goes on.
  public var isBusy: Bool {
    waiting != nil || live != nil || !queue.isEmpty || editor.isQuiet || output.hasDropped
  }

  private func take(_ byte: UInt8, _ now: Instant) {
    // Ctrl-X stops, in the middle of whatever: no text and no frame has it in it.
    if byte == 0x18 {
      console.stop(by: self)
      queue = []
      if !isFramed { say(["stop."]) }
      return
    }
    if isFramed { return takeFramed(byte) }
    guard let key = decoder.take(byte) else { return }
    if isTerminals(key) { return }
    if live != nil { return endLive() }
    var bytes: [UInt8] = []
    let event = editor.take(key, into: &bytes)
    output.add(bytes)
    answer(event)
  }

  /// What the terminal itself says is no key.
  private func isTerminals(_ key: Key) -> Bool {
    switch key {
    case .isReady:
      hasAnsi = true
      askSize()
    case .cursorAt(let row, let column): resize(row, column)
    case .size(let height, let width): resize(height, width)
    case .pasteBegins:
      isPasting = true
      editor.isQuiet = true
    case .pasteEnds: isPasting = false
    default: return false
    }
    return true
  }

  private func resize(_ height: Int, _ width: Int) {
    guard (2...1000).contains(height), (8...1000).contains(width) else { return }
    (rows, editor.columns) = (height, width)
    refresh()
  }

  /// The cursor cannot go further than the last row and column; where it is then, is the size.
  func askSize() {
    if hasAnsi { output.add(Array("\u{1B}7\u{1B}[999;999H\u{1B}[6n\u{1B}8".utf8)) }
  }

  private func answer(_ event: LineEditor.Event) {
    switch event {
    case .none: break
    case .line(let line):
      if editor.isQuiet { pastedLines += 1 }
      guard line.contains(where: { $0 != " " }) else { return refresh() }
      enqueue(Entry(line: line))
    case .interrupt:
      queue = []
      if let waiting, waiting.ticket.cancel() {
        self.waiting = nil
        say(["(taken back)"])
      }
      refresh()
    case .end, .refused: output.add([0x07])
    case .completion: complete()
    case .help: showHelp()
    case .redraw: clearScreen()
    }
  }

  func enqueue(_ entry: Entry) {
    guard queue.count < Self.queueLimit else { return finish(entry, .failure(.busy)) }
    queue.append(entry)
  }

  /// Gives one line after the other, until one has to wait, or other lines to the robot would.
  private func work(_ now: Instant) {
    guard waiting == nil, !queue.isEmpty else { return }
    console.step(now)
    var done = 0
    let enough = output.offered + Self.turnBytes
    while waiting == nil, done < min(queue.count, Self.turnLines), output.offered < enough {
      done += 1
      run(queue[done - 1], now)
    }
    queue.removeFirst(done)
    if waiting == nil { refresh() }
  }

  private func run(_ entry: Entry, _ now: Instant) {
    do throws(ConsoleError) {
      switch try Interpreter(console: console, session: self, now: now).run(entry.line) {
      case nil: if entry.isFrame { finish(entry, .success(.silent)) }
      case .answer(let answer): finish(entry, .success(answer))
      case .waiting(let ticket, let finishing):
        guard console.robot.send(ticket) else { throw .busy }
        waiting = Waiting(
          ticket: ticket, until: now + Interval(seconds: Self.patienceS), entry: entry,
          finish: finishing)
      case .live(let view):
        live = (view, now, true)
        if entry.isFrame { finish(entry, .success(.silent)) }
      case .frames(let isOn): switchFrames(isOn, entry)
      case .clear:
        if entry.isFrame { finish(entry, .success(.silent)) } else { clearScreen() }
      }
    } catch { finish(entry, .failure(error)) }
  }

  private func resume(_ now: Instant) {
    guard let waiting else { return }
    if let answer = waiting.ticket.answer {
      self.waiting = nil
      do throws(ConsoleError) {
        finish(waiting.entry, .success(try waiting.finish(answer)))
      } catch { finish(waiting.entry, .failure(error)) }
    } else if now >= waiting.until, waiting.ticket.cancel() {
      self.waiting = nil
      finish(waiting.entry, .failure(.silentLoop(seconds: Int(Self.patienceS))))
    } else {
      return
    }
    refresh()
  }

  private func settle() {
    editor.isQuiet = false
    if pastedLines > 1, !isFramed { say(["(\(pastedLines) lines)"]) }
    pastedLines = 0
    refresh()
  }

  private func tellEvents() {
    guard !isFramed, live == nil || live?.view.fillsScreen == false, waiting == nil else { return }
    let new = console.events.filter { $0.number > seenEvent }
    guard !new.isEmpty else { return }
    seenEvent = new.last?.number ?? seenEvent
    say(new.filter { $0.isTold && $0.who != name }.map { "* \($0.text)" })
    refresh()
  }

  private func show(_ now: Instant) {
    guard let shown = live, now >= shown.next else { return }
    live = (shown.view, max(shown.next + Interval(seconds: shown.view.periodS), now), false)
    // Who does not read what is shown now will not want to read it later.
    guard output.count < OutputQueue.limit / 4 else { return }
    if isFramed { return send(.of(("event", .text("live")), ("data", shown.view.data(console)))) }
    let size = hasAnsi ? (rows: rows, columns: editor.columns) : nil
    let lines = shown.view.lines(console, size: size)
    guard shown.view.fillsScreen, hasAnsi else { return say(lines) }
    let home = shown.isFirst ? "\u{1B}[2J\u{1B}[H" : "\u{1B}[H"
    output.add(Array((home + lines.map { $0 + "\u{1B}[K\r\n" }.joined() + "\u{1B}[J").utf8))
  }

  func endLive() {
    live = nil
    editor.forgetScreen()
    refresh()
  }
}
