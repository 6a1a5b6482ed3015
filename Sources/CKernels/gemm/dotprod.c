// SPDX-License-Identifier: Apache-2.0
// quantised: int8, rows padded to 16. packed: quads.h, inputs padded to 16.
// A block is 5 rows x 16 outputs: 20 accumulators, 10 registers of rows (32 inputs, four a lane)
// and weights two by two: of the blocks that fit, the one with the fewest instructions a product.
// Accumulator: |acc| <= 127 * 127 * inputs < 2^31.
#if defined(__aarch64__)
#include "../isa/dotprod.h"
#define ARM_ROWS 5
#define ARM_OUTPUTS 16
#include "arm_gemm.h"

size_t umwelt_packed_bytes_dotprod(int32_t inputs, int32_t outputs) {
  return tiles_of(outputs) * steps_of(inputs) * 256;
}

void umwelt_pack_dotprod(int32_t inputs, int32_t outputs, const int8_t *weights,
                         size_t output_stride, size_t input_stride, void *packed) {
  quads_fill(steps_of(inputs) * 4, inputs, outputs, weights, output_stride, input_stride, packed);
}

// Four inputs of each row, those in that lane of x, for eight outputs from 4 * v on.
LANE_INLINE void quad(const int rows, const int lane, const int v, int32x4_t acc[ARM_ROWS][4],
                      const int8x16_t x[ARM_ROWS], int8x16x2_t w) {
#pragma clang loop unroll(full)
  for (int o = 0; o < 2; o++)
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
      acc[r][v + o] = lane == 0   ? vdotq_laneq_s32(acc[r][v + o], w.val[o], x[r], 0)
                      : lane == 1 ? vdotq_laneq_s32(acc[r][v + o], w.val[o], x[r], 1)
                      : lane == 2 ? vdotq_laneq_s32(acc[r][v + o], w.val[o], x[r], 2)
                                  : vdotq_laneq_s32(acc[r][v + o], w.val[o], x[r], 3);
}

LANE_INLINE int8x16x2_t pair(const int8_t *w) {
  ARM_HERE;
  int8x16x2_t two = {{vld1q_s8(w), vld1q_s8(w + 16)}};
  ARM_HERE;
  return two;
}

// Sixteen inputs. With registers to spare, weights are loaded one pair ahead, which a CPU that
// executes in order (Cortex-A55) needs.
LANE_INLINE void step(const int rows, const bool ahead, int32x4_t acc[ARM_ROWS][4],
                      const int8x16_t x[ARM_ROWS], const int8_t *w) {
  int8x16x2_t next = pair(w);
#pragma clang loop unroll(full)
  for (int p = 0; p < 8; p++) {
    int8x16x2_t now = next;
    if (ahead && p < 7) next = pair(w + 32 * (p + 1));
    quad(rows, p / 2, p % 2 * 2, acc, x, now);
    if (!ahead && p < 7) next = pair(w + 32 * (p + 1));
  }
}

LANE_INLINE void block(const int rows, const gemm_t *g, size_t row, size_t column,
                       arm_target_t to) {
  size_t steps = steps_of(g->linear->inputs);
  const int8_t *w = (const int8_t *)g->linear->weights + column * steps * 16;
  const int8_t *x[ARM_ROWS];
  int32x4_t acc[ARM_ROWS][4];
  int8x16_t first[ARM_ROWS], second[ARM_ROWS];
  arm_rows(rows, g, row, x);
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < 4; v++) acc[r][v] = vdupq_n_s32(0);
  for (size_t twos = steps / 2; twos; twos--) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      first[r] = vld1q_s8(x[r]);
      second[r] = vld1q_s8(x[r] + 16);
      x[r] = arm_after(x[r] + 32);
    }
    step(rows, rows < ARM_ROWS, acc, first, w);
    step(rows, true, acc, second, w + 256);
    w = arm_after(w + 512);
  }
  if (steps % 2) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) first[r] = vld1q_s8(x[r]);
    step(rows, true, acc, first, w);
  }
  arm_store(rows, g, row, column, to, acc);
}

void umwelt_gemm_dotprod(const umwelt_linear *linear, int32_t rows, const void *quantised,
                         const float *row_scale, const umwelt_epilogue *end) {
  gemm_t g = lanes_gemm(linear, quantised, umwelt_row_bytes_neon(linear->inputs), row_scale, end);
  arm_gemm(&g, (size_t)rows);
}
#pragma clang attribute pop
#endif
