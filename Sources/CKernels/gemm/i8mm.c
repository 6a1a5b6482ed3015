// SPDX-License-Identifier: Apache-2.0
// quantised: int8, rows padded to 16. packed: tiles of 8 outputs, each [inputs / 8][8 outputs][8],
// inputs and outputs padded to 16 with zeros: a register holds eight inputs of two outputs.
// A block is 8 rows x 8 outputs: 16 accumulators, each 2 rows x 2 outputs.
// Accumulator: |acc| <= 127 * 127 * inputs < 2^31.
#if defined(__aarch64__)
#include "../isa/i8mm.h"
#define ARM_ROWS 8
#define ARM_OUTPUTS 8
#include "arm_gemm.h"

size_t umwelt_packed_bytes_i8mm(int32_t inputs, int32_t outputs) {
  return tiles_of(outputs) * steps_of(inputs) * 256;
}

void umwelt_pack_i8mm(int32_t inputs, int32_t outputs, const int8_t *weights, size_t output_stride,
                      size_t input_stride, void *packed) {
  size_t steps = steps_of(inputs);
  for (size_t o = 0; o < (size_t)outputs; o += 16)
    for (size_t i = 0; i < steps * 16; i += 8) {
      int8_t eights[16][8];
      arm_eights(inputs, outputs, weights, output_stride, input_stride, o, i, eights);
      int8_t *to = (int8_t *)packed + o * steps * 16 + i * 8;
      __builtin_memcpy(to, eights, 64);
      __builtin_memcpy(to + steps * 128, eights[8], 64);
    }
}

// Eight inputs of every pair of rows and of every pair of outputs.
LANE_INLINE void eight(const int pairs, int32x4_t acc[ARM_ROWS / 2][4],
                       const int8x16_t x[ARM_ROWS / 2], const int8_t *w) {
  ARM_HERE;
#pragma clang loop unroll(full)
  for (int o = 0; o < 4; o++)
#pragma clang loop unroll(full)
    for (int p = 0; p < pairs; p++) acc[p][o] = vmmlaq_s32(acc[p][o], x[p], vld1q_s8(w + 16 * o));
}

LANE_INLINE void block(const int rows, const gemm_t *g, size_t row, size_t column,
                       arm_target_t to) {
  size_t steps = steps_of(g->linear->inputs);
  const int pairs = (rows + 1) / 2;
  const int8_t *w = (const int8_t *)g->linear->weights + column * steps * 16;
  const int8_t *x[ARM_ROWS];
  int32x4_t acc[ARM_ROWS / 2][4];
  arm_rows(rows, g, row, x);
#pragma clang loop unroll(full)
  for (int p = 0; p < pairs; p++)
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) acc[p][j] = vdupq_n_s32(0);
  for (; steps; steps--) {
    int8x16_t first[ARM_ROWS / 2], second[ARM_ROWS / 2];
#pragma clang loop unroll(full)
    for (int p = 0; p < pairs; p++) {
      const int a = 2 * p, b = a + 1 < rows ? a + 1 : a;  // of an odd row, twice: one is wanted
      int64x2_t even = (int64x2_t)vld1q_s8(x[a]), odd = (int64x2_t)vld1q_s8(x[b]);
      first[p] = (int8x16_t)vzip1q_s64(even, odd);
      second[p] = (int8x16_t)vzip2q_s64(even, odd);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) x[r] = arm_after(x[r] + 16);
    eight(pairs, acc, first, w);
    eight(pairs, acc, second, w + 64);
    w = arm_after(w + 128);
  }
  int32x4_t sums[ARM_ROWS][2];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < 2; v++) {
      int64x2_t a = (int64x2_t)acc[r / 2][2 * v], b = (int64x2_t)acc[r / 2][2 * v + 1];
      sums[r][v] = (int32x4_t)(r % 2 ? vzip2q_s64(a, b) : vzip1q_s64(a, b));
    }
  arm_store(rows, g, row, column, to, sums);
}

void umwelt_gemm_i8mm(const umwelt_linear *linear, int32_t rows, const void *quantised,
                      const float *row_scale, const umwelt_epilogue *end) {
  gemm_t g = lanes_gemm(linear, quantised, umwelt_row_bytes_neon(linear->inputs), row_scale, end);
  arm_gemm(&g, (size_t)rows);
}
#pragma clang attribute pop
#endif
