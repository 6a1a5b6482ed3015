// SPDX-License-Identifier: Apache-2.0
// quantised: int8, rows padded to 16. packed: tiles of 4 outputs, each [inputs / 16][4 outputs][16],
// zero padded. Two products add up in int16 (|sum| <= 2 * 127 * 127), which add in pairs to int32.
// A block is 4 rows x 4 outputs: 16 accumulators of four partial sums, added up at its end.
// Accumulator: |acc| <= 127 * 127 * inputs < 2^31.
#if defined(__aarch64__)
#include "../isa/neon.h"
#define ARM_ROWS 4
#define ARM_OUTPUTS 4
#include "arm_gemm.h"

static size_t tiles_of(int32_t outputs) { return ((size_t)outputs + 3) / 4; }

size_t umwelt_packed_bytes_neon(int32_t inputs, int32_t outputs) {
  return tiles_of(outputs) * steps_of(inputs) * 64;
}

void umwelt_pack_neon(int32_t inputs, int32_t outputs, const int8_t *weights, size_t output_stride,
                      size_t input_stride, void *packed) {
  int8_t *to = packed;
  for (size_t o = 0; o < tiles_of(outputs) * 4; o += 4)
    for (size_t i = 0; i < steps_of(inputs) * 16; i += 16)
      for (size_t j = o; j < o + 4; j++)
        for (size_t half = 0; half < 16; half += 8, to += 8)
          arm_pack_eight(inputs, outputs, weights, output_stride, input_stride, j, i + half, to);
}

LANE_INLINE void block(const int rows, const gemm_t *g, size_t row, size_t column,
                       gemm_target_t target) {
  size_t steps = steps_of(g->linear->inputs);
  const int8_t *w = (const int8_t *)g->linear->weights + column * steps * 16;
  const int8_t *x[ARM_ROWS];
  int32x4_t acc[ARM_ROWS][4];
  arm_rows(rows, g, row, x);
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int o = 0; o < 4; o++) acc[r][o] = vdupq_n_s32(0);
  for (; steps; steps--) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      int8x16_t a = vld1q_s8(x[r]);
      x[r] += 16;
#pragma clang loop unroll(full)
      for (int o = 0; o < 4; o++) {
        int8x16_t b = vld1q_s8(w + 16 * o);
        int16x8_t two = vmull_s8(vget_low_s8(a), vget_low_s8(b));
        acc[r][o] = vpadalq_s16(acc[r][o], vmlal_high_s8(two, a, b));
      }
    }
    w += 64;
  }
  int32x4_t sums[ARM_ROWS][1];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
    sums[r][0] = vpaddq_s32(vpaddq_s32(acc[r][0], acc[r][1]), vpaddq_s32(acc[r][2], acc[r][3]));
  arm_store(rows, g, row, column, target, sums);
}

void umwelt_gemm_neon(const umwelt_linear *linear, int32_t rows, const void *quantised,
                      const float *row_scale, const umwelt_epilogue *end) {
  gemm_t g = lanes_gemm(linear, quantised, umwelt_row_bytes_neon(linear->inputs), row_scale, end);
  arm_gemm(&g, (size_t)rows);
}
#pragma clang attribute pop
#endif
