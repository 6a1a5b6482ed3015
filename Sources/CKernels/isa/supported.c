// SPDX-License-Identifier: Apache-2.0
#include "CKernels.h"

bool umwelt_isa_supported(umwelt_isa isa) {
  if (isa == UMWELT_REFERENCE) return true;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (isa == UMWELT_AVX2) return __builtin_cpu_supports("avx2") != 0;
  if (isa == UMWELT_AVX512VNNI)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vnni");
#endif
  return false;
}
