// SPDX-License-Identifier: Apache-2.0
// What the products on ARM have in common. The including file defines ARM_ROWS and ARM_OUTPUTS, the
// size of its block, and block(rows, g, row, column, target): the sums of `rows` (constant at each
// call) x ARM_OUTPUTS outputs to arm_store. Blocks of sixteen outputs end together.
#ifndef UMWELT_ARM_GEMM_H
#define UMWELT_ARM_GEMM_H
#include "lanes_gemm.h"

LANE_INLINE size_t steps_of(int32_t inputs) { return ((size_t)inputs + 15) / 16; }

// Eight inputs from `input` on of one output, zero where there are none.
LANE_INLINE void arm_pack_eight(int32_t inputs, int32_t outputs, const int8_t *weights,
                                size_t output_stride, size_t input_stride, size_t output,
                                size_t input, int8_t *to) {
  const int8_t *from = weights + output * output_stride + input * input_stride;
  size_t count = output >= (size_t)outputs || input >= (size_t)inputs ? 0 : (size_t)inputs - input;
  if (count >= 8 && input_stride == 1) {
    __builtin_memcpy(to, from, 8);
  } else {
    for (size_t i = 0; i < 8; i++) to[i] = i < count ? from[i * input_stride] : 0;
  }
}

// A pointer of which the compiler does not know whence it came: it then keeps one for each row,
// stepped by the load itself, and does not add a row's offset to a common one every time.
LANE_INLINE const int8_t *arm_after(const int8_t *p) {
  __asm("" : "+r"(p));
  return p;
}

// Where the rows of a block begin.
LANE_INLINE void arm_rows(const int rows, const gemm_t *g, size_t row, const int8_t **x) {
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
    x[r] = arm_after((const int8_t *)g->x + (row + (size_t)r) * g->row_bytes);
}

// The sums of a block, four outputs a register.
LANE_INLINE void arm_store(const int rows, const gemm_t *g, size_t row, size_t column,
                           gemm_target_t target, int32x4_t acc[ARM_ROWS][ARM_OUTPUTS / 4]) {
  float32x4_t scale[ARM_OUTPUTS / 4], bias[ARM_OUTPUTS / 4];
#pragma clang loop unroll(full)
  for (int v = 0; v < ARM_OUTPUTS / 4; v++) {
    scale[v] = vld1q_f32(g->linear->scale + column + 4 * v);
    bias[v] = vld1q_f32(g->linear->bias + column + 4 * v);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    float row_scale = g->row_scale[row + (size_t)r];
#pragma clang loop unroll(full)
    for (int v = 0; v < ARM_OUTPUTS / 4; v++)
      vst1q_f32(target.to + 4 * v, vfmaq_f32(bias[v], vcvtq_f32_s32(acc[r][v]),
                                             vmulq_n_f32(scale[v], row_scale)));
    target.to += target.stride;
  }
}

LANE_INLINE void block(const int rows, const gemm_t *g, size_t row, size_t column,
                       gemm_target_t target);

// `rows` x 16 outputs: straight to the output where nothing follows and all of them are wanted.
LANE_INLINE void arm_tile(const int rows, const gemm_t *g, size_t row, size_t column) {
  float passing[ARM_ROWS * 16];
  int32_t left = g->linear->outputs - (int32_t)column;
  gemm_target_t target = {passing, 16};
  if (g->is_bare && left >= 16) target = lanes_gemm_target(g, row, column, passing, 16);
  for (int32_t o = 0; o < 16 && o < left; o += ARM_OUTPUTS)
    block(rows, g, row, column + (size_t)o, (gemm_target_t){target.to + o, target.stride});
  if (target.to == passing)
    lanes_finish(g->end, row, (size_t)rows, column, left < 16 ? left : 16, passing, 16, NULL);
}

#define ARM_CASE(rows) \
  case rows: arm_tile(rows <= ARM_ROWS ? rows : ARM_ROWS, g, row, column); break;

LANE_INLINE void arm_gemm(const gemm_t *g, size_t rows) {
  for (size_t column = 0; column < (size_t)g->linear->outputs; column += 16)
    for (size_t row = 0, count; row < rows; row += count) {
      count = lanes_gemm_rows(rows - row, ARM_ROWS);
      switch (count) {
        ARM_CASE(8) ARM_CASE(7) ARM_CASE(6) ARM_CASE(5) ARM_CASE(4) ARM_CASE(3) ARM_CASE(2)
        default: arm_tile(1, g, row, column);
      }
    }
}
#endif
