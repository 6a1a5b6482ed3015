// SPDX-License-Identifier: Apache-2.0
#if !LIBFUZZER
  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #endif

  /// Without the fuzzer: `Fuzz INPUT FILE...` takes in each file once, to look at what was found.
  @main
  struct Fuzz {
    static func main() {
      guard let input = CommandLine.arguments.dropFirst().first.flatMap(FuzzInput.init) else {
        let names = FuzzInput.allCases.map(\.rawValue).joined(separator: "|")
        print("usage: Fuzz \(names) FILE...")
        exit(2)
      }
      for path in CommandLine.arguments.dropFirst(2) {
        guard let file = fopen(path, "rb") else {
          print("\(path): cannot be opened")
          exit(2)
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(byte)) }
        let isAccepted = bytes.withUnsafeBytes { input.accepts($0, folder: probeFolder) }
        print("\(path): \(isAccepted ? "accepted, and it works" : "refused")")
      }
    }
  }
#endif
