// SPDX-License-Identifier: Apache-2.0

extension WiringPlan {
  /// Each wire with its ends, for a terminal: the wire, the computer's pin, the parts' pins.
  public var wireRows: [[String]] {
    wires.map { wire in
      [wire.net.name, wire.pins.joined(separator: ", "), wire.terminals.joined(separator: ", ")]
    }
  }

  /// Number, name and remark of each part.
  public var partRows: [[String]] { parts.map { ["\($0.count)", $0.name, $0.remark] } }
}
