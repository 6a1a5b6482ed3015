// SPDX-License-Identifier: Apache-2.0

/// What `umwelt-guard` was asked to do.
public struct GuardArguments: Equatable, Sendable {
  /// A PCA9685 that is told to turn everything off.
  public struct Chip: Equatable, Sendable {
    public var bus: String
    public var address: UInt8

    public init(bus: String, address: UInt8) { (self.bus, self.address) = (bus, address) }
  }

  public static let usage = """
    umwelt-guard: stops the robot when umwelt run crashes, hangs or lies. It can only stop.

    usage: umwelt-guard --memory PATH (--standby | --output-enable | --relay) LINE [options]

      --memory PATH         shared memory with umwelt run, made here: /run/umwelt-guard/memory
      --standby LINE        line that rests low: STBY or nSLEEP of the motor driver
      --output-enable LINE  line that rests high: OE of the PCA9685
      --relay LINE          line that rests low: closes a relay; may be repeated, in their order
      --pwm BUS:ADDRESS     PCA9685 to turn off as well, such as i2c-1:0x40; may be repeated
      --watchdog PATH       /dev/watchdog0: resets the computer when umwelt stays silent
      --reset-after SECONDS how long that is: 1 to 3600, else 10
      --record FOLDER       where it writes down why it stopped (guard.record)
      --machine SOCKET      lines and buses of umwelt sim machine instead of this computer's;
                            --watchdog machine is its watchdog

    LINE is a line's name, or its chip's label and its number there: pinctrl-rp1/17.
    exit codes: 0 asked to end, 2 wrong arguments, 3 the hardware refused.

    """

  public var memory: String
  public var standby: String?
  public var outputEnable: String?
  public var relays: [String] = []
  public var chips: [Chip] = []
  public var watchdog: String?
  public var resetAfterS: Int?
  public var recordFolder: String?
  public var machine: String?

  /// - Parameter words: without the program's own name.
  public init(_ words: [String]) throws(GuardArgumentError) {
    var values: [Option: String] = [:]
    var index = 0
    memory = ""
    while index < words.count {
      guard let option = Option(rawValue: words[index]) else {
        throw .unknown(words[index])
      }
      guard index + 1 < words.count, !words[index + 1].hasPrefix("--"), !words[index + 1].isEmpty
      else { throw .noValue(option.rawValue) }
      let value = words[index + 1]
      if option == .pwm {
        chips.append(try Self.chip(value))
      } else if option == .relay {
        guard relays.count < GuardOutputs.mostRelays else { throw .tooManyRelays }
        relays.append(value)
      } else if values.updateValue(value, forKey: option) != nil {
        throw .repeated(option.rawValue)
      }
      index += 2
    }
    guard let path = values[.memory] else { throw .missing("--memory PATH") }
    (memory, standby, outputEnable) = (path, values[.standby], values[.outputEnable])
    (watchdog, recordFolder, machine) = (values[.watchdog], values[.record], values[.machine])
    resetAfterS = try values[.resetAfter].map { (text) throws(GuardArgumentError) in
      guard let seconds = Int(text), (1...3600).contains(seconds) else {
        throw .badSeconds(text)
      }
      return seconds
    }
    if standby == nil, outputEnable == nil, relays.isEmpty {
      throw .missing("--standby LINE, --output-enable LINE or --relay LINE")
    }
  }

  private enum Option: String {
    case memory = "--memory", standby = "--standby", outputEnable = "--output-enable"
    case relay = "--relay", pwm = "--pwm", watchdog = "--watchdog", resetAfter = "--reset-after"
    case record = "--record", machine = "--machine"
  }

  /// "i2c-1:0x40". Source of the addresses: PCA9685 rev 4, 7.1.1.
  private static func chip(_ text: String) throws(GuardArgumentError) -> Chip {
    guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
      text[text.index(after: colon)...].hasPrefix("0x"),
      let address = UInt8(text[colon...].dropFirst(3), radix: 16), (0x40...0x77).contains(address)
    else { throw .badChip(text) }
    return Chip(bus: String(text[..<colon]), address: address)
  }
}

/// Why arguments are none.
public enum GuardArgumentError: Error, Equatable, CustomStringConvertible {
  case unknown(String)
  case noValue(String)
  case repeated(String)
  case missing(String)
  case badChip(String)
  case badSeconds(String)
  case tooManyRelays

  public var description: String {
    switch self {
    case .unknown(let word):
      "\(word): no such option. umwelt-guard --help names those that there are."
    case .noValue(let option): "\(option): its value is missing. Write it behind the option."
    case .repeated(let option): "\(option): given twice. Leave one out."
    case .missing(let what): "\(what) is missing: without it there is nothing to guard. Add it."
    case .badChip(let text):
      "--pwm \(text): give a bus and an address from 0x40 to 0x77, such as i2c-1:0x40."
    case .tooManyRelays: "--relay: at most \(GuardOutputs.mostRelays) relays. Leave some out."
    case .badSeconds(let text): "--reset-after \(text): give whole seconds from 1 to 3600."
    }
  }
}
