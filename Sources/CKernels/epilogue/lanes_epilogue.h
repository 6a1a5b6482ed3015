// SPDX-License-Identifier: Apache-2.0
// The epilogue in lanes: bias, activation, gate, residual.
#ifndef UMWELT_LANES_EPILOGUE_H
#define UMWELT_LANES_EPILOGUE_H
#include "../lanes.h"

// The rows of one epilogue, from some row and column on; strides are floats from row to row.
typedef struct {
  size_t rows;
  int32_t width;
  const float *y, *bias, *gate, *residual;
  float *output;
  size_t y_stride, gate_stride, residual_stride, output_stride;
} lanes_rows_t;

// What is there is constant at most calls, so that the loops have no branches.
LANE_INLINE void lanes_finish_step(const umwelt_activation activation, const bool has_bias,
                                   const bool has_gate, const bool has_residual,
                                   const lanes_rows_t *at, int32_t i, int32_t count) {
  f32x16 v = lanes_load_some(at->y + i, count);
  if (has_bias) v = v + lanes_load_some(at->bias + i, count);
  v = lanes_activate(activation, v);
  if (has_gate && has_residual)
    v = lanes_fma(lanes_load_some(at->gate + i, count), v,
                  lanes_load_some(at->residual + i, count));
  else if (has_gate) v = lanes_load_some(at->gate + i, count) * v;
  else if (has_residual) v = lanes_load_some(at->residual + i, count) + v;
  lanes_store_some(at->output + i, v, count);
}

LANE_INLINE void lanes_finish_rows(const umwelt_activation activation, const bool has_bias,
                                   const bool has_gate, const bool has_residual,
                                   lanes_rows_t at) {
#define LANES_FINISH_STEP(i, count) \
  lanes_finish_step(activation, has_bias, has_gate, has_residual, &at, i, count)
  for (; at.rows > 0; at.rows--) {
    LANES_STEPS(at.width, LANES_FINISH_STEP);
    at.y += at.y_stride;
    at.output += at.output_stride;
    if (has_gate) at.gate += at.gate_stride;
    if (has_residual) at.residual += at.residual_stride;
  }
#undef LANES_FINISH_STEP
}

LANE_INLINE void lanes_finish_all(const bool has_bias, const umwelt_activation activation,
                                  const lanes_rows_t *at) {
  bool has_gate = at->gate, has_residual = at->residual;
#define LANES_PLAIN(activation) lanes_finish_rows(activation, has_bias, false, false, *at)
#define LANES_ANY(activation) lanes_finish_rows(activation, has_bias, has_gate, has_residual, *at)
  if (!has_gate && !has_residual) {
    LANES_SPECIALISE(activation, LANES_PLAIN)
  } else if (activation == UMWELT_NO_ACTIVATION && has_residual) {
    if (has_gate) lanes_finish_rows(UMWELT_NO_ACTIVATION, has_bias, true, true, *at);
    else lanes_finish_rows(UMWELT_NO_ACTIVATION, has_bias, false, true, *at);
  } else {
    LANES_SPECIALISE(activation, LANES_ANY)
  }
#undef LANES_PLAIN
#undef LANES_ANY
}

LANE_INLINE const float *lanes_row_of(const float *first, size_t row, size_t stride, size_t o) {
  return first ? first + row * stride + o : NULL;
}

// `rows` x `width` outputs of a product from (row, column) on; y's rows are y_stride apart. Inlined,
// a constant width makes a shorter loop.
LANE_INLINE void lanes_finish_inline(const umwelt_epilogue *end, size_t row, size_t rows,
                                     size_t column, int32_t width, const float *y,
                                     size_t y_stride) {
  lanes_rows_t at = {
      .rows = rows, .width = width, .y = y, .y_stride = y_stride,
      .gate = lanes_row_of(end->gate, row, end->gate_stride, column),
      .gate_stride = end->gate_stride,
      .residual = lanes_row_of(end->residual, row, end->residual_stride, column),
      .residual_stride = end->residual_stride,
      .output = end->output + row * end->output_stride + column,
      .output_stride = end->output_stride};
  lanes_finish_all(false, end->activation, &at);
}

static inline void lanes_finish(const umwelt_epilogue *end, size_t row, size_t rows, size_t column,
                                int32_t width, const float *y, size_t y_stride) {
  lanes_finish_inline(end, row, rows, column, width, y, y_stride);
}

// umwelt_finish.
LANE_INLINE void lanes_finish_biased(int32_t rows, int32_t width, const float *y, size_t y_stride,
                                     const float *bias, const umwelt_epilogue *end) {
  lanes_rows_t at = {
      .rows = (size_t)rows, .width = width, .y = y, .y_stride = y_stride, .bias = bias,
      .gate = end->gate, .gate_stride = end->gate_stride, .residual = end->residual,
      .residual_stride = end->residual_stride, .output = end->output,
      .output_stride = end->output_stride};
  if (bias) lanes_finish_all(true, end->activation, &at);
  else lanes_finish_all(false, end->activation, &at);
}
#endif
