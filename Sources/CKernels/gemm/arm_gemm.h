// SPDX-License-Identifier: Apache-2.0
// What the products on ARM have in common. The including file defines ARM_ROWS and ARM_OUTPUTS, the
// size of its block, and block(rows, g, row, column, to): the sums of `rows` (constant at each
// call) x ARM_OUTPUTS outputs to arm_store. Packed weights hold whole tiles of sixteen outputs.
#ifndef UMWELT_ARM_GEMM_H
#define UMWELT_ARM_GEMM_H
#include "lanes_gemm.h"
#include "quads.h"

// No load or store moves across: the compiler would share those of several blocks or load ahead,
// and for either there are no registers.
#define ARM_HERE __asm volatile("" ::: "memory")

LANE_INLINE size_t steps_of(int32_t inputs) { return ((size_t)inputs + 15) / 16; }

// Eight inputs from `input` on of sixteen outputs from `output` on, zero where there are none.
LANE_INLINE void arm_eights(int32_t inputs, int32_t outputs, const int8_t *weights,
                            size_t output_stride, size_t input_stride, size_t output, size_t input,
                            int8_t eights[16][8]) {
  size_t wide = (size_t)outputs - output, deep = 0;
  if (input < (size_t)inputs) deep = (size_t)inputs - input;
  const int8_t *from = weights + output * output_stride + (deep ? input * input_stride : 0);
  if (wide >= 16 && deep >= 8 && output_stride == 1) {
    uint32_t low[16], high[16];
    quads_across(from, input_stride, (int8_t *)low);
    quads_across(from + 4 * input_stride, input_stride, (int8_t *)high);
    for (size_t j = 0; j < 16; j++) {
      uint32_t both[2] = {low[j], high[j]};
      __builtin_memcpy(eights[j], both, 8);
    }
  } else if (wide >= 16 && deep >= 8 && input_stride == 1) {
    for (size_t j = 0; j < 16; j++) __builtin_memcpy(eights[j], from + j * output_stride, 8);
  } else {
    __builtin_memset(eights, 0, 128);
    for (size_t i = 0; i < deep && i < 8; i++)
      for (size_t j = 0; j < wide && j < 16; j++)
        eights[j][i] = from[j * output_stride + i * input_stride];
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

// Where a block of sums goes, and whether gate and residual are still to be done there.
typedef struct {
  float *to;
  size_t stride;
  bool is_gated;
} arm_target_t;

LANE_INLINE float32x4_t arm_gate(float32x4_t y, const float *gate, const float *residual) {
  if (gate && residual) return vfmaq_f32(vld1q_f32(residual), vld1q_f32(gate), y);
  if (gate) return vmulq_f32(vld1q_f32(gate), y);
  return residual ? vaddq_f32(vld1q_f32(residual), y) : y;
}

LANE_INLINE void arm_store_rows(const bool is_gated, const int rows, const gemm_t *g, size_t row,
                                size_t column, arm_target_t to,
                                int32x4_t acc[ARM_ROWS][ARM_OUTPUTS / 4]) {
  ARM_HERE;
  const umwelt_epilogue *end = g->end;
  const float *row_scale = g->row_scale + row;
  const float *gate = is_gated ? lanes_row_of(end->gate, row, end->gate_stride, column) : NULL;
  const float *residual =
      is_gated ? lanes_row_of(end->residual, row, end->residual_stride, column) : NULL;
  float32x4_t scale[ARM_OUTPUTS / 4], bias[ARM_OUTPUTS / 4];
#pragma clang loop unroll(full)
  for (int v = 0; v < ARM_OUTPUTS / 4; v++) {
    scale[v] = vld1q_f32(g->linear->scale + column + 4 * v);
    bias[v] = vld1q_f32(g->linear->bias + column + 4 * v);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    float32x4_t y[ARM_OUTPUTS / 4];
#pragma clang loop unroll(full)
    for (int v = 0; v < ARM_OUTPUTS / 4; v++) {
      y[v] = vfmaq_f32(bias[v], vcvtq_f32_s32(acc[r][v]), vmulq_n_f32(scale[v], row_scale[r]));
      y[v] = arm_gate(y[v], gate ? gate + 4 * v : NULL, residual ? residual + 4 * v : NULL);
    }
#pragma clang loop unroll(full)
    for (int v = 0; v < ARM_OUTPUTS / 4; v++) vst1q_f32(to.to + 4 * v, y[v]);
    to.to += to.stride;
    if (gate) gate += end->gate_stride;
    if (residual) residual += end->residual_stride;
  }
  ARM_HERE;
}

// The sums of a block, four outputs a register.
LANE_INLINE void arm_store(const int rows, const gemm_t *g, size_t row, size_t column,
                           arm_target_t to, int32x4_t acc[ARM_ROWS][ARM_OUTPUTS / 4]) {
  if (to.is_gated) arm_store_rows(true, rows, g, row, column, to, acc);
  else arm_store_rows(false, rows, g, row, column, to, acc);
}

LANE_INLINE void block(const int rows, const gemm_t *g, size_t row, size_t column, arm_target_t to);

// `rows` x 16 outputs, or the `left` that there are.
LANE_INLINE void arm_tile(const int rows, const gemm_t *g, size_t row, size_t column, int32_t left,
                          arm_target_t to) {
  for (int32_t o = 0; o < 16 && o < left; o += ARM_OUTPUTS) {
    block(rows, g, row, column + (size_t)o, to);
    to.to += ARM_OUTPUTS;
  }
}

#define ARM_CASE(rows) \
  case rows: arm_tile(rows <= ARM_ROWS ? rows : ARM_ROWS, g, row, column, left, to); break;

LANE_INLINE void arm_tiles(const gemm_t *g, size_t row, size_t rows, size_t column, int32_t left,
                           arm_target_t to) {
  size_t count;
  for (; rows; rows -= count) {
    count = lanes_gemm_rows(rows, ARM_ROWS);
    switch (count) {
      ARM_CASE(8) ARM_CASE(7) ARM_CASE(6) ARM_CASE(5) ARM_CASE(4) ARM_CASE(3) ARM_CASE(2)
      default: arm_tile(1, g, row, column, left, to);
    }
    row += count;
    to.to += count * to.stride;
  }
}

// Sixteen outputs of that many rows pass through a block on the stack before the epilogue: whole
// blocks of either size, and few enough for the nearest cache.
#define ARM_PASSING 40

static __attribute__((noinline)) void arm_finish_sixteen(const umwelt_epilogue *end, size_t row,
                                                         size_t rows, size_t column,
                                                         const float *y) {
  lanes_finish_inline(end, row, rows, column, 16, y, 16);
}

// Straight to the output where no activation follows and all sixteen outputs are wanted.
LANE_INLINE void arm_gemm(const gemm_t *g, size_t rows) {
  const umwelt_epilogue *end = g->end;
  float passing[ARM_PASSING * 16];
  for (size_t column = 0; column < (size_t)g->linear->outputs; column += 16) {
    int32_t left = g->linear->outputs - (int32_t)column;
    bool direct = end->activation == UMWELT_NO_ACTIVATION && left >= 16;
    size_t most = direct ? rows : ARM_PASSING, count;
    arm_target_t to = {passing, 16, false};
    if (direct) to = (arm_target_t){end->output + column, end->output_stride, !g->is_bare};
    for (size_t row = 0; row < rows; row += count) {
      count = rows - row < most ? rows - row : most;
      arm_tiles(g, row, count, column, left, to);
      if (direct) continue;
      if (left >= 16) arm_finish_sixteen(end, row, count, column, passing);
      else lanes_finish(end, row, count, column, left, passing, 16);
    }
  }
}
#endif
