// SPDX-License-Identifier: Apache-2.0
#include "../operations.h"

void umwelt_finish(umwelt_isa isa, int32_t rows, int32_t width, const float *y, size_t y_stride,
                   const float *bias, const umwelt_epilogue *end) {
  UMWELT_FLOAT_TABLE(umwelt_finish);
  table[isa](rows, width, y, y_stride, bias, end);
}
