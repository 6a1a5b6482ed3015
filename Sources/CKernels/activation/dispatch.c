// SPDX-License-Identifier: Apache-2.0
#include "../operations.h"

void umwelt_epilogue(umwelt_isa isa, int32_t rows, int32_t width, const float *bias, bool gelu,
                     const float *residual, float *y) {
  UMWELT_TABLE(umwelt_epilogue);
  table[isa](rows, width, bias, gelu, residual, y);
}
