// SPDX-License-Identifier: Apache-2.0
// The specification.
#include "../operations.h"
#include "../scalar.h"

size_t umwelt_row_bytes_reference(int32_t width) { return (size_t)width; }

void umwelt_quantise_rows_reference(int32_t rows, int32_t width, const float *x, size_t x_stride,
                                    int8_t *q, float *scale) {
  for (size_t r = 0; r < (size_t)rows; r++, x += x_stride, q += width) {
    float magnitude = 0;
    for (int32_t i = 0; i < width; i++) magnitude = umwelt_greater_magnitude(magnitude, x[i]);
    scale[r] = umwelt_scale_of(magnitude);
    for (int32_t i = 0; i < width; i++) q[i] = umwelt_quantised(x[i], umwelt_quantiser(magnitude));
  }
}

void umwelt_quantise_reference(int32_t rows, int32_t width, const float *x, size_t x_stride,
                               void *quantised, float *row_scale) {
  umwelt_quantise_rows_reference(rows, width, x, x_stride, quantised, row_scale);
}

void umwelt_quantise_columns_reference(int32_t rows, int32_t width, const float *x,
                                       size_t x_stride, int8_t *q, float *scale) {
  for (int32_t i = 0; i < width; i++) {
    float magnitude = 0;
    for (size_t r = 0; r < (size_t)rows; r++)
      magnitude = umwelt_greater_magnitude(magnitude, x[r * x_stride + (size_t)i]);
    scale[i] = umwelt_scale_of(magnitude);
    for (size_t r = 0; r < (size_t)rows; r++)
      q[r * (size_t)width + (size_t)i] =
          umwelt_quantised(x[r * x_stride + (size_t)i], umwelt_quantiser(magnitude));
  }
}
