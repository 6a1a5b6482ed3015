// SPDX-License-Identifier: Apache-2.0

/// Who is wired to whom: the same facts for the drawing, the table and the parts list.
public struct WiringPlan: Sendable {
  public var title: String
  public var computer: String
  /// The connectors of the computer that have a wire.
  public var connectors: [Connector]
  public var blocks: [Block]
  /// What the drawing cannot show.
  public var notes: [String]
  /// What the computer's owner types or writes once.
  public var enable: [String]
  public var parts: [Part]

  /// A connector of the computer, row by row.
  public struct Connector: Sendable {
    public var title: String
    /// Whether its pins are counted, as those of a 40-pin header are.
    public var isNumbered: Bool
    public var rows: [[Pin]]
  }

  /// A pin of the computer.
  public struct Pin: Sendable {
    /// What the connector calls it.
    public var label: String
    public var number: Int
    /// The wire on it; nil when there is none.
    public var net: Net?
  }

  /// A part beside the computer.
  public struct Block: Sendable {
    /// How it is drawn.
    public enum Shape: Sendable { case box, resistor, toggle }

    public var title: String
    public var details: [String]
    public var shape = Shape.box
    /// 1 is next to the computer; what is powered by the battery stands further out.
    public var column: Int
    public var left: [Terminal]
    public var right: [Terminal] = []
  }

  /// A pin of a part.
  public struct Terminal: Sendable {
    public var name: String
    public var net: Net
  }

  /// What is bought, and how many of it.
  public struct Part: Hashable, Sendable {
    public var count: Int
    public var name: String
    public var remark: String
  }

  /// Every end of every wire, wire by wire in the order of the drawing.
  public var wires: [(net: Net, pins: [String], terminals: [String])] {
    var order: [Net] = []
    var pins: [Net: [String]] = [:]
    var terminals: [Net: [String]] = [:]
    func note(_ net: Net) { if !order.contains(net) { order.append(net) } }
    for connector in connectors {
      for pin in connector.rows.joined() {
        guard let net = pin.net else { continue }
        note(net)
        pins[net, default: []].append(connector.name(of: pin))
      }
    }
    for block in blocks {
      for terminal in block.left + block.right {
        note(terminal.net)
        terminals[terminal.net, default: []].append("\(block.title) \(terminal.name)")
      }
    }
    return order.map { ($0, pins[$0] ?? [], terminals[$0] ?? []) }
  }
}

extension WiringPlan.Connector {
  /// "pin 11 (GPIO17)", "mikroBUS MIKROBUS_GPIO1_9".
  func name(of pin: WiringPlan.Pin) -> String {
    isNumbered ? "pin \(pin.number) (\(pin.label))" : "\(title) \(pin.label)"
  }
}

/// One electrical connection: everything on it is wired together.
public struct Net: Hashable, Sendable {
  /// What it carries, which decides its colour.
  public enum Kind: Hashable, Sendable {
    case supply3V3, supply5V, ground, battery, data, clock, line, pwm, motor
  }

  public var name: String
  public var kind: Kind

  static let supply3V3 = Net(name: "3V3", kind: .supply3V3)
  static let supply5V = Net(name: "5V", kind: .supply5V)
  static let ground = Net(name: "GND", kind: .ground)
  /// Behind the main switch.
  static let motorSupply = Net(name: "VM", kind: .battery)
  static let servoSupply = Net(name: "V+", kind: .battery)
}
