// SPDX-License-Identifier: Apache-2.0
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The built binary, run as its users run it.
enum Command {
  struct Result {
    let code: Int32
    let output: String
    let errors: String
  }

  /// Next to the test bundle, where SwiftPM puts both.
  private static let path: String = {
    var link = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &link, link.count - 1)
    let runner = String(
      decoding: link.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let places = CommandLine.arguments.filter { $0.contains(".xctest") } + [runner]
    let folders = places.map { $0.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } }
    return folders.map { $0 + "/umwelt" }.first { access($0, X_OK) == 0 } ?? ""
  }()

  /// Runs it to its end, standard output and error kept apart.
  static func run(_ arguments: String...) throws -> Result { try run(arguments) }

  static func run(_ arguments: [String]) throws -> Result { try spawn(path, arguments) }

  /// Runs a line of shell in which `umwelt` is the built binary, for what standard input is fed.
  static func shell(_ line: String) throws -> Result {
    try spawn("/bin/sh", ["-c", "umwelt() { '\(path)' \"$@\"; }; binary='\(path)'; \(line)"])
  }

  private static func spawn(_ program: String, _ arguments: [String]) throws -> Result {
    try #require(!path.isEmpty, "no built umwelt next to \(CommandLine.arguments)")
    let folder = TemporaryFolder()
    let (output, errors) = (folder.path + "/output", folder.path + "/errors")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o600)
    let argv = Self.list([program] + arguments)
    let environment = Self.list(
      ["PATH", "LD_LIBRARY_PATH", "UMWELT_ISA"].compactMap { (name: String) -> String? in
        getenv(name).map { "\(name)=\(String(cString: $0))" }
      })
    defer { for text in argv + environment { free(text) } }
    var child: pid_t = 0
    // SAFETY: both lists end with nil; their texts and `actions` outlive the call.
    let failure = posix_spawn(&child, program, &actions, nil, argv, environment)
    try #require(failure == 0, "\(program) did not start: \(String(cString: strerror(failure)))")
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    // As the macros WIFEXITED and WEXITSTATUS; a signal shows as a negative code.
    let signal = status & 0x7F
    return Result(
      code: signal == 0 ? (status >> 8) & 0xFF : -signal,
      output: text(output), errors: text(errors))
  }

  /// Copies that the caller frees, with the nil that ends such a list.
  private static func list(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { strdup($0) } + [nil]
  }

  private static func text(_ path: String) -> String {
    String(decoding: TemporaryFolder.read(path), as: UTF8.self)
  }
}

/// The repository's files as seen from this one.
enum Repository {
  static let boards =
    #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/boards"

  static func model(_ board: String) -> String { "\(boards)/\(board)/model.safetensors" }

  static func hasModel(_ board: String) -> Bool { access(model(board), R_OK) == 0 }
}
