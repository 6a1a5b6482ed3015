// SPDX-License-Identifier: Apache-2.0
// Included first by every avx512vnni.c; the file ends with `#pragma clang attribute pop`.
#include <immintrin.h>
#include "CKernels.h"
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), apply_to = function)
#include "../lanes.h"
#include "../operations.h"
