// SPDX-License-Identifier: Apache-2.0
import Kernels
import Testing

@Suite struct ISATests {
  @Test("the reference is on every CPU and the best is supported")
  func theReferenceIsOnEveryCPUAndTheBestIsSupported() {
    #expect(ISA.reference.isSupported)
    #expect(ISA.best.isSupported)
  }

  @Test("an unknown name is refused with the names there are")
  func anUnknownNameIsRefusedWithTheNamesThereAre() {
    #expect(throws: KernelError.unknownISA("sse9")) { try ISA.named("sse9") }
    let text = KernelError.unknownISA("sse9").description
    for isa in ISA.allCases { #expect(text.contains(isa.rawValue)) }
  }

  @Test("a name is taken when supported and refused when not")
  func aNameIsTakenWhenSupportedAndRefusedWhenNot() throws {
    for isa in ISA.allCases {
      if isa.isSupported {
        #expect(try ISA.named(isa.rawValue) == isa)
      } else {
        #expect(throws: KernelError.unsupportedISA(isa)) { try ISA.named(isa.rawValue) }
      }
    }
    #expect(KernelError.unsupportedISA(.avx2).description.contains("UMWELT_ISA=avx2"))
  }

  @Test("an empty name means the best")
  func anEmptyNameMeansTheBest() throws {
    #expect(try ISA.named("") == ISA.best)
  }
}
