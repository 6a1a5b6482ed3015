// SPDX-License-Identifier: Apache-2.0
#if defined(__x86_64__)
#include "../isa/avx2.h"
#include "lanes_epilogue.h"

void umwelt_epilogue_avx2(int32_t rows, int32_t width, const float *bias, bool gelu,
                          const float *residual, float *y) {
  lanes_epilogue_rows(rows, width, bias, gelu, residual, y);
}
#pragma clang attribute pop
#endif
