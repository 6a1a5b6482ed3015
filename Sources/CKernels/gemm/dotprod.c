// SPDX-License-Identifier: Apache-2.0
// quantised: int8, rows padded to 16. packed: quads.h in tiles of 8 outputs, inputs padded to 16.
// A block is 8 rows x 8 outputs: 16 accumulators, 8 registers of weights (16 inputs) and the rows
// pass by, four inputs a lane. Accumulator: |acc| <= 127 * 127 * inputs < 2^31.
#if defined(__aarch64__)
#include "../isa/dotprod.h"
#define ARM_ROWS 8
#define ARM_OUTPUTS 8
#include "arm_gemm.h"
#include "quads.h"

size_t umwelt_packed_bytes_dotprod(int32_t inputs, int32_t outputs) {
  return tiles_of(outputs) * steps_of(inputs) * 256;
}

void umwelt_pack_dotprod(int32_t inputs, int32_t outputs, const int8_t *weights,
                         size_t output_stride, size_t input_stride, void *packed) {
  quads_fill(8, steps_of(inputs) * 4, inputs, outputs, weights, output_stride, input_stride, packed);
}

// Sixteen inputs of one row (x) and the eight outputs' weights of them (w).
LANE_INLINE void step(int32x4_t acc[2], int8x16_t x, const int8x16_t w[8]) {
  acc[0] = vdotq_laneq_s32(acc[0], w[0], x, 0);
  acc[1] = vdotq_laneq_s32(acc[1], w[1], x, 0);
  acc[0] = vdotq_laneq_s32(acc[0], w[2], x, 1);
  acc[1] = vdotq_laneq_s32(acc[1], w[3], x, 1);
  acc[0] = vdotq_laneq_s32(acc[0], w[4], x, 2);
  acc[1] = vdotq_laneq_s32(acc[1], w[5], x, 2);
  acc[0] = vdotq_laneq_s32(acc[0], w[6], x, 3);
  acc[1] = vdotq_laneq_s32(acc[1], w[7], x, 3);
}

LANE_INLINE void block(const int rows, const gemm_t *g, size_t row, size_t column,
                       gemm_target_t target) {
  size_t steps = steps_of(g->linear->inputs);
  const int8_t *w = (const int8_t *)g->linear->weights + column * steps * 16;
  const int8_t *x[ARM_ROWS];
  int32x4_t acc[ARM_ROWS][2];
  arm_rows(rows, g, row, x);
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) acc[r][0] = acc[r][1] = vdupq_n_s32(0);
  for (; steps >= 2; steps -= 2) {
    int8x16_t first[8], second[8];
    for (int j = 0; j < 8; j++) first[j] = vld1q_s8(w + 16 * j);
    for (int j = 0; j < 8; j++) second[j] = vld1q_s8(w + 128 + 16 * j);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      int8x16_t x0 = vld1q_s8(x[r]), x1 = vld1q_s8(x[r] + 16);
      step(acc[r], x0, first);
      step(acc[r], x1, second);
      x[r] += 32;
    }
    w += 256;
  }
  if (steps) {
    int8x16_t last[8];
    for (int j = 0; j < 8; j++) last[j] = vld1q_s8(w + 16 * j);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) step(acc[r], vld1q_s8(x[r]), last);
  }
  arm_store(rows, g, row, column, target, acc);
}

void umwelt_gemm_dotprod(const umwelt_linear *linear, int32_t rows, const void *quantised,
                         const float *row_scale, const umwelt_epilogue *end) {
  gemm_t g = lanes_gemm(linear, quantised, umwelt_row_bytes_neon(linear->inputs), row_scale, end);
  arm_gemm(&g, (size_t)rows);
}
#pragma clang attribute pop
#endif
