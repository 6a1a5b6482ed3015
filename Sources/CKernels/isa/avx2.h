// SPDX-License-Identifier: Apache-2.0
// Included first by every avx2.c; the file ends with `#pragma clang attribute pop`. No FMA: its
// single rounding would differ from the reference.
#include <immintrin.h>
#include "CKernels.h"
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "../lanes.h"
#include "../operations.h"
