// SPDX-License-Identifier: Apache-2.0
#if defined(__x86_64__)
#include "../isa/avx512vnni.h"
#include "lanes_epilogue.h"

void umwelt_finish_avx512vnni(int32_t rows, int32_t width, const float *y, size_t y_stride,
                        const float *bias, const umwelt_epilogue *end) {
  lanes_finish_biased(rows, width, y, y_stride, bias, end);
}
#pragma clang attribute pop
#endif
