// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The boards of this repository, in which the probes' own folder is.
let boardsFolder = environment("UMWELT_FUZZ_BOARDS") ?? "boards"

/// Where inputs that are read by path are put.
let probeFolder = "\(boardsFolder)/fuzzed"

func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

/// Over what was there.
func write(_ bytes: UnsafeRawBufferPointer, to path: String) {
  guard let file = fopen(path, "wb") else {
    preconditionFailure("\(path) cannot be written: tools/fuzz makes its folder")
  }
  fwrite(bytes.baseAddress, 1, bytes.count, file)
  fclose(file)
}

func remove(_ path: String) { unlink(path) }
