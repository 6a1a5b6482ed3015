// SPDX-License-Identifier: Apache-2.0
// What each instruction set provides. A new one adds a column here and a file per folder.
#ifndef UMWELT_OPERATIONS_H
#define UMWELT_OPERATIONS_H
#include "CKernels.h"

#if defined(__x86_64__)
#define UMWELT_X86(function) function
#else
#define UMWELT_X86(function) NULL
#endif
#if defined(__aarch64__)
#define UMWELT_ARM(function) function
#else
#define UMWELT_ARM(function) NULL
#endif

typedef size_t umwelt_packed_bytes_fn(int32_t inputs, int32_t outputs);
typedef size_t umwelt_row_bytes_fn(int32_t width);
typedef void umwelt_pack_fn(int32_t inputs, int32_t outputs, const int8_t *weights,
                            size_t output_stride, size_t input_stride, void *packed);
typedef void umwelt_quantise_fn(int32_t rows, int32_t width, const float *x, size_t x_stride,
                                void *quantised, float *row_scale);
typedef void umwelt_softmax_quantise_fn(int32_t rows, int32_t width, float *x, size_t x_stride,
                                        float scale, void *quantised, float *row_scale);
typedef void umwelt_gemm_fn(const umwelt_linear *linear, int32_t rows, const void *quantised,
                            const float *row_scale, const umwelt_epilogue *end);

typedef void umwelt_quantise_rows_fn(int32_t rows, int32_t width, const float *x, size_t x_stride,
                                     int8_t *q, float *scale);
typedef umwelt_quantise_rows_fn umwelt_quantise_columns_fn;
typedef void umwelt_finish_fn(int32_t rows, int32_t width, const float *y, size_t y_stride,
                              const float *bias, const umwelt_epilogue *end);
typedef void umwelt_layer_norm_fn(int32_t rows, int32_t width, const float *x, const float *gain,
                                  const float *bias, float epsilon, umwelt_activation activation,
                                  float *y);
typedef void umwelt_adaptive_norm_fn(int32_t rows, int32_t width, const float *x,
                                     const umwelt_modulation *modulation, float *y);
typedef void umwelt_softmax_fn(int32_t rows, int32_t width, float *x, size_t x_stride, float scale);
typedef void umwelt_attention_fn(int32_t tokens, int32_t heads, int32_t head, float scale,
                                 const float *qkv, float *output);
typedef void umwelt_window_attention_fn(const umwelt_windows *windows);

// Products differ by instruction set.
#define UMWELT_DECLARE_GEMM(isa)                    \
  umwelt_packed_bytes_fn umwelt_packed_bytes_##isa; \
  umwelt_pack_fn umwelt_pack_##isa;                 \
  umwelt_gemm_fn umwelt_gemm_##isa;
UMWELT_DECLARE_GEMM(reference)
UMWELT_DECLARE_GEMM(neon)
UMWELT_DECLARE_GEMM(dotprod)
UMWELT_DECLARE_GEMM(i8mm)
UMWELT_DECLARE_GEMM(avx2)
UMWELT_DECLARE_GEMM(avxvnni)
UMWELT_DECLARE_GEMM(avx512vnni)

// Quantised rows are alike on all of ARM.
#define UMWELT_DECLARE_ROWS(isa)             \
  umwelt_row_bytes_fn umwelt_row_bytes_##isa; \
  umwelt_quantise_fn umwelt_quantise_##isa;   \
  umwelt_softmax_quantise_fn umwelt_softmax_quantise_##isa;
UMWELT_DECLARE_ROWS(reference)
UMWELT_DECLARE_ROWS(neon)
UMWELT_DECLARE_ROWS(avx2)
UMWELT_DECLARE_ROWS(avxvnni)
UMWELT_DECLARE_ROWS(avx512vnni)

// Float operations differ by the width of the vectors alone.
#define UMWELT_DECLARE_FLOAT(isa)                           \
  umwelt_quantise_rows_fn umwelt_quantise_rows_##isa;       \
  umwelt_quantise_columns_fn umwelt_quantise_columns_##isa; \
  umwelt_finish_fn umwelt_finish_##isa;                     \
  umwelt_layer_norm_fn umwelt_layer_norm_##isa;             \
  umwelt_adaptive_norm_fn umwelt_adaptive_norm_##isa;       \
  umwelt_softmax_fn umwelt_softmax_##isa;                   \
  umwelt_attention_fn umwelt_attention_##isa;               \
  umwelt_window_attention_fn umwelt_window_attention_##isa;
UMWELT_DECLARE_FLOAT(reference)
UMWELT_DECLARE_FLOAT(neon)
UMWELT_DECLARE_FLOAT(avx2)
UMWELT_DECLARE_FLOAT(avx512vnni)

// One operation's table, in the order of umwelt_isa.
#define UMWELT_TABLE(f, neon, dotprod, i8mm, avx2, avxvnni, avx512vnni)                         \
  static f##_fn *const table[UMWELT_ISA_COUNT] = {                                              \
      f##_reference,              UMWELT_ARM(f##_##neon), UMWELT_ARM(f##_##dotprod),            \
      UMWELT_ARM(f##_##i8mm),     UMWELT_X86(f##_##avx2), UMWELT_X86(f##_##avxvnni),            \
      UMWELT_X86(f##_##avx512vnni)}
#define UMWELT_GEMM_TABLE(f) UMWELT_TABLE(f, neon, dotprod, i8mm, avx2, avxvnni, avx512vnni)
#define UMWELT_ROWS_TABLE(f) UMWELT_TABLE(f, neon, neon, neon, avx2, avxvnni, avx512vnni)
#define UMWELT_FLOAT_TABLE(f) UMWELT_TABLE(f, neon, neon, neon, avx2, avx2, avx512vnni)
#endif
