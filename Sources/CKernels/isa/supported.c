// SPDX-License-Identifier: Apache-2.0
// What this CPU has: CPUID on x86, the kernel's HWCAP on ARM. Never a build flag: one binary runs
// on a Cortex-A53 and on whatever comes.
#include "CKernels.h"

#if defined(__x86_64__)
#include <cpuid.h>

// Source: Intel SDM, CPUID leaf 7, subleaf 1: EAX bit 4. (Clang 17 has no name for it.)
static bool has_avxvnni(void) {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & (1u << 4));
}
#elif defined(__aarch64__)
#include <sys/auxv.h>
// Source: Linux, arch/arm64/include/uapi/asm/hwcap.h.
#define HWCAP_BIT_ASIMDDP (1ul << 20)
#define HWCAP2_BIT_I8MM (1ul << 13)
#endif

bool umwelt_isa_supported(umwelt_isa isa) {
  if (isa == UMWELT_REFERENCE) return true;
#if defined(__x86_64__)
  __builtin_cpu_init();
  bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (isa == UMWELT_AVX2) return avx2;
  if (isa == UMWELT_AVXVNNI) return avx2 && has_avxvnni();
  if (isa == UMWELT_AVX512VNNI)
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vnni");
#elif defined(__aarch64__)
  if (isa == UMWELT_NEON) return true;
  bool dotprod = getauxval(AT_HWCAP) & HWCAP_BIT_ASIMDDP;
  if (isa == UMWELT_DOTPROD) return dotprod;
  if (isa == UMWELT_I8MM) return dotprod && (getauxval(AT_HWCAP2) & HWCAP2_BIT_I8MM);
#endif
  return false;
}
