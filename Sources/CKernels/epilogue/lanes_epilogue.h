// SPDX-License-Identifier: Apache-2.0
// The epilogue in lanes: activation, gate, residual.
#ifndef UMWELT_LANES_EPILOGUE_H
#define UMWELT_LANES_EPILOGUE_H
#include "../lanes.h"

// Gate and residual of `count` outputs; y is what the activation gave.
LANE_INLINE f32x16 lanes_gate(f32x16 y, const float *gate, const float *residual, int32_t count) {
  if (gate && residual)
    return lanes_fma(lanes_load_some(gate, count), y, lanes_load_some(residual, count));
  if (gate) return lanes_load_some(gate, count) * y;
  if (residual) return lanes_load_some(residual, count) + y;
  return y;
}

LANE_INLINE const float *lanes_row_of(const float *first, size_t row, size_t stride, size_t o) {
  return first ? first + row * stride + o : NULL;
}

// `width` outputs from `column` on of one row.
LANE_INLINE void lanes_finish_row(const umwelt_activation activation, const umwelt_epilogue *end,
                                  size_t row, size_t column, int32_t width, const float *y,
                                  const float *bias) {
  const float *gate = lanes_row_of(end->gate, row, end->gate_stride, column);
  const float *residual = lanes_row_of(end->residual, row, end->residual_stride, column);
  float *output = end->output + row * end->output_stride + column;
#define LANES_FINISH_STEP(i, count)                                                      \
  do {                                                                                   \
    f32x16 v = lanes_load_some(y + (i), count);                                          \
    if (bias) v = v + lanes_load_some(bias + (i), count);                                \
    v = lanes_activate(activation, v);                                                   \
    v = lanes_gate(v, gate ? gate + (i) : NULL, residual ? residual + (i) : NULL, count); \
    lanes_store_some(output + (i), v, count);                                            \
  } while (0)
  LANES_STEPS(width, LANES_FINISH_STEP);
#undef LANES_FINISH_STEP
}

// `rows` x `width` outputs from (row, column) on; y's rows are y_stride apart. Inlined, a constant
// width makes a shorter loop.
LANE_INLINE void lanes_finish_inline(const umwelt_epilogue *end, size_t row, size_t rows,
                                     size_t column, int32_t width, const float *y, size_t y_stride,
                                     const float *bias) {
#define LANES_FINISH(activation)         \
  for (size_t r = 0; r < rows; r++)      \
    lanes_finish_row(activation, end, row + r, column, width, y + r * y_stride, bias)
  LANES_SPECIALISE(end->activation, LANES_FINISH)
#undef LANES_FINISH
}

static inline void lanes_finish(const umwelt_epilogue *end, size_t row, size_t rows, size_t column,
                                int32_t width, const float *y, size_t y_stride,
                                const float *bias) {
  lanes_finish_inline(end, row, rows, column, width, y, y_stride, bias);
}
#endif
