// SPDX-License-Identifier: Apache-2.0
import Console
import Quantities

extension ConsoleProbe {
  /// What people and programs send. Swift code tells the fuzzer nothing of where it went, so each
  /// input begins with one of these anew.
  private static let seeds = [
    "status\nget\nhelp set\narm\nset planner.path_weight 0.2\ndisarm\nset safety.ramp 1 s\nhistory",
    "set safety.ramp 1 s\nrollback\nsave\ntake\nrevert\nreset safety.ramp\ndiff\nlog tail 5",
    "begin\nset safety.ramp 1 s\nset safety.tilt 60 deg\ndiff\n\ncommit 5\nstatus\nconfirm",
    "begin\nset safety.ramp 2 s\ncommit\nabort\n\nbegin\nset safety.ramp 2 s\nabort\ndump diff",
    dump(["set safety.ramp 1 s", "set motors.left.limits.position [-0.5, 0.5]"]),
    dump(["set planner.path_weight 0.3"]) + "\nconfirm\ndump",
    "#json\n@status\n@arm\n@listen imu -r 10\n\n@set safety.ramp 1 s\n@#text\nversion",
    "#json\n#0010 0001 ABCD {\"do\":\"arm\"}\n#0000 0000 0000 \n@get\n#text\narm",
    "stat\t\u{1B}[A\u{1B}[D\u{1B}[3~\u{12}sta\u{17}\u{15}arm\u{18}\nlisten tilt\nq",
    "plot gyro.z\n\u{3}\ntop\n\u{18}\nlog tail 3\nget planner.\t\n?",
    "\u{1B}[0n\u{1B}[24;80R\u{1B}[200~set a b\u{1B}[201~\n?\ncamera\nset safety.?\u{C}\n\u{4}",
    "arm\ngoal go door\ninject imu off\ntake\ntake\ndisarm\nacknowledge\ntop\n\ntasks\nclear"
  ]

  /// A dump of these lines, without their checks: the probe puts them on.
  private static func dump(_ lines: [String]) -> String {
    let check = CRC16(lines.map { $0 + "\n" }.joined().utf8).text
    let all = ["begin dump testbed"] + lines + ["apply \(lines.count) \(check)"]
    return all.map { "~" + $0 }.joined(separator: "\n")
  }

  /// One of the seeds, changed a few times.
  static func mutate(seed: UInt64, blindly: ([UInt8]) -> [UInt8]) -> [UInt8]? {
    var random = SeededGenerator(seed: seed, stream: "console")
    var bytes = Array(seeds[Int.random(in: 0..<seeds.count, using: &random)].utf8)
    if Bool.random(using: &random) {
      bytes += [0x0A] + Array(seeds[Int.random(in: 0..<seeds.count, using: &random)].utf8)
    }
    var mutator = TextMutator(seed: random.next())
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      bytes = mutator.mutate(bytes, blindly: blindly) ?? bytes
    }
    return bytes
  }
}
