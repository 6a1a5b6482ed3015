// SPDX-License-Identifier: Apache-2.0
// Packed weights for instructions that multiply four int8 at a time: tiles of 16 outputs, each
// [inputs / 4][16 outputs][4 inputs] int8, zero padded; where rows are stored as q + 128,
// then int32 [16 * tiles] where the sums start: -128 * sum(weights).
#ifndef UMWELT_QUADS_H
#define UMWELT_QUADS_H
#include "../lanes.h"

LANE_INLINE size_t quads_of(int32_t inputs) { return ((size_t)inputs + 3) / 4; }
LANE_INLINE size_t tiles_of(int32_t outputs) { return ((size_t)outputs + 15) / 16; }
LANE_INLINE size_t quads_bytes(int32_t inputs, int32_t outputs) {
  return tiles_of(outputs) * (quads_of(inputs) * 64 + 64);
}

// Sixteen outputs that lie side by side, four inputs: [4][16] to [16][4].
LANE_INLINE void quads_across(const int8_t *from, size_t input_stride, int8_t *to) {
  i8x16 a = *(const i8x16_unaligned *)from, b = *(const i8x16_unaligned *)(from + input_stride);
  i8x16 c = *(const i8x16_unaligned *)(from + 2 * input_stride);
  i8x16 d = *(const i8x16_unaligned *)(from + 3 * input_stride);
  for (int o = 0; o < 16; o += 4) {
    // Each quarter is written in one piece; the compiler makes byte unpacks of the four loops.
    int8_t quarter[16];
    for (int j = 0; j < 4; j++) {
      quarter[4 * j] = a[o + j];
      quarter[4 * j + 1] = b[o + j];
      quarter[4 * j + 2] = c[o + j];
      quarter[4 * j + 3] = d[o + j];
    }
    __builtin_memcpy(to + 4 * o, quarter, sizeof quarter);
  }
}

// Four inputs of sixteen outputs at an edge: `wide` outputs and `deep` inputs of them there are.
LANE_INLINE void quads_edge(const int8_t *from, size_t output_stride, size_t input_stride,
                            size_t wide, size_t deep, int8_t *to) {
  __builtin_memset(to, 0, 64);
  if (deep == 4 && input_stride == 1) {
    for (size_t j = 0; j < wide; j++) __builtin_memcpy(to + 4 * j, from + j * output_stride, 4);
  } else {
    for (size_t i = 0; i < deep; i++)
      for (size_t j = 0; j < wide; j++)
        to[4 * j + i] = from[j * output_stride + i * input_stride];
  }
}

// `quads` holds the inputs that there are, or more.
LANE_INLINE void quads_fill(size_t quads, int32_t inputs, int32_t outputs, const int8_t *weights,
                            size_t output_stride, size_t input_stride, int8_t *packed) {
  size_t whole = (size_t)inputs / 4, last = (size_t)inputs % 4;
  for (size_t o = 0; o < (size_t)outputs; o += 16) {
    size_t wide = (size_t)outputs - o < 16 ? (size_t)outputs - o : 16, k = 0;
    const int8_t *from = weights + o * output_stride;
    int8_t *to = packed + o * quads * 4;
    if (wide == 16 && output_stride == 1) {
      for (; k < whole; k++) quads_across(from + 4 * k * input_stride, input_stride, to + 64 * k);
    } else if (wide == 16 && input_stride == 1) {
      for (; k < whole; k++)
        for (size_t j = 0; j < 16; j++)
          __builtin_memcpy(to + 64 * k + 4 * j, from + j * output_stride + 4 * k, 4);
    }
    for (; k < whole; k++)
      quads_edge(from + 4 * k * input_stride, output_stride, input_stride, wide, 4, to + 64 * k);
    if (last)
      quads_edge(from + 4 * k * input_stride, output_stride, input_stride, wide, last, to + 64 * k);
    k = whole + (last > 0);
    __builtin_memset(to + 64 * k, 0, (quads - k) * 64);
  }
}

// After quads_fill: how far the sums of 16 outputs are off where rows hold q + 128.
LANE_INLINE void quads_starts(int32_t inputs, int32_t outputs, int8_t *packed) {
  size_t quads = quads_of(inputs);
  int32_t *start = (int32_t *)(packed + tiles_of(outputs) * quads * 64);
  for (size_t t = 0; t < tiles_of(outputs); t++) {
    i32x16 sum = 0;
    for (size_t k = 0; k < quads; k++) {
      i32x16 four;
      __builtin_memcpy(&four, packed + (t * quads + k) * 64, sizeof four);
      sum += (four << 24 >> 24) + (four << 16 >> 24) + (four << 8 >> 24) + (four >> 24);
    }
    *(i32x16 *)(start + 16 * t) = sum * -128;
  }
}
#endif
