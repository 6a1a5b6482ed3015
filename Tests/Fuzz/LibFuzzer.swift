// SPDX-License-Identifier: Apache-2.0
#if LIBFUZZER
  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #endif

  /// LLVM's own mutations, guided by what the code compares with.
  @_silgen_name("LLVMFuzzerMutate")
  private func blindly(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int) -> Int

  /// Inputs that were accepted; the fuzzer has one thread.
  nonisolated(unsafe) private var accepted = 0
  private let input = environment("UMWELT_FUZZ_INPUT").flatMap(FuzzInput.init) ?? .model

  /// Before the first input: seeds go where the environment says.
  ///
  /// Source for all three entry points: LLVM's FuzzerInterface.h.
  @_cdecl("LLVMFuzzerInitialize")
  public func initialize(_ count: UnsafeMutableRawPointer, _ values: UnsafeMutableRawPointer)
    -> CInt
  {
    atexit { print("stat::accepted_inputs: \(accepted)") }
    guard input == .model, let folder = environment("UMWELT_FUZZ_SEEDS") else { return 0 }
    do { try writeSeeds(into: folder) } catch {
      print("\(error)")
      exit(2)
    }
    return 0
  }

  /// One input.
  @_cdecl("LLVMFuzzerTestOneInput")
  public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: data, count: size)
    if input.accepts(bytes, folder: probeFolder) { accepted += 1 }
    return 0
  }

  /// The next input from one that was interesting.
  @_cdecl("LLVMFuzzerCustomMutator")
  public func customMutator(
    _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32
  ) -> Int {
    // SAFETY: the fuzzer's block holds `maximum` bytes, of which `size` are the input.
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    guard let mutated = input.mutate(bytes, seed: UInt64(seed), blindly: mutateBlindly),
      mutated.count <= maximum
    else { return blindly(data, size, maximum) }
    data.update(from: mutated, count: mutated.count)
    return mutated.count
  }

  private func mutateBlindly(_ bytes: [UInt8]) -> [UInt8] {
    let room = bytes.count + 64
    var block = bytes + [UInt8](repeating: 0, count: room - bytes.count)
    let size = block.withUnsafeMutableBufferPointer { buffer in
      // SAFETY: the block holds `room` bytes for the length of the call.
      buffer.baseAddress.map { blindly($0, bytes.count, room) } ?? 0
    }
    return Array(block[..<size])
  }
#endif
