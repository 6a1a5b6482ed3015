// SPDX-License-Identifier: Apache-2.0
// The C face of the int8 and float kernels. Every operation takes the instruction set it is to
// run on; every instruction set gives the same bits as UMWELT_REFERENCE.
#ifndef UMWELT_CKERNELS_H
#define UMWELT_CKERNELS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UMWELT_LANES 16             // floats per step of every vector loop and partial sums per sum
#define UMWELT_ATTENTION_TOKENS 16  // most tokens of umwelt_attention
#define UMWELT_ATTENTION_HEAD_MAX 128
#define UMWELT_WINDOW_MAX 8      // most tokens of umwelt_window_attention
#define UMWELT_INPUTS_MAX 65536  // 255 * 127 * 65536 < 2^31: int32 sums cannot overflow

// From the slowest to the fastest of each architecture.
typedef enum {
  UMWELT_REFERENCE = 0,   // portable C: the specification
  UMWELT_NEON = 1,        // ARMv8.0: Cortex-A53, A72
  UMWELT_DOTPROD = 2,     // ARMv8.2 SDOT: Cortex-A55, A76, A78
  UMWELT_I8MM = 3,        // ARMv8.6 SMMLA
  UMWELT_AVX2 = 4,        // with FMA
  UMWELT_AVXVNNI = 5,     // 256-bit dot products
  UMWELT_AVX512VNNI = 6,  // 512-bit dot products
} umwelt_isa;
#define UMWELT_ISA_COUNT 7

// Whether this build and this CPU have the instruction set.
bool umwelt_isa_supported(umwelt_isa isa);

typedef enum {
  UMWELT_NO_ACTIVATION = 0,
  UMWELT_GELU_TANH = 1,
  UMWELT_GELU_ERF = 2,
  UMWELT_SILU = 3,
} umwelt_activation;

// One linear layer packed for one instruction set; the caller owns the storage.
typedef struct {
  int32_t inputs;       // 1...UMWELT_INPUTS_MAX
  int32_t outputs;      // >= 1
  const void *weights;  // umwelt_pack's output, 64-byte aligned
  const float *scale;   // [outputs, padded to a multiple of UMWELT_LANES], padding readable
  const float *bias;    // like scale
} umwelt_linear;

// What follows a product y, in this order: y = act(y); y = gate * y; y = residual + y
// (gate and residual together in one fused multiply-add). Strides are floats from row to row.
typedef struct {
  umwelt_activation activation;
  const float *gate;      // [rows, outputs], or NULL
  const float *residual;  // [rows, outputs], or NULL; may be the output
  float *output;          // [rows, outputs]
  size_t gate_stride, residual_stride, output_stride;
} umwelt_epilogue;

// Bytes that umwelt_pack writes for a layer, and that one quantised row takes.
size_t umwelt_packed_bytes(umwelt_isa isa, int32_t inputs, int32_t outputs);
size_t umwelt_row_bytes(umwelt_isa isa, int32_t width);

// Packs int8 weights in -127...127; that of output o and input i is at
// weights[o * output_stride + i * input_stride].
void umwelt_pack(umwelt_isa isa, int32_t inputs, int32_t outputs, const int8_t *weights,
                 size_t output_stride, size_t input_stride, void *packed);

// Rows of floats to int8, each by its own scale s = max|x| / 127: q = round-half-even(x * (127 /
// max|x|)). A row whose max is below 1e-30 becomes zeros with scale 0; one with a NaN or infinity
// gets scale NaN, which makes every output of that row NaN.
// x: [rows, width] with x_stride floats from row to row; quantised: rows * umwelt_row_bytes bytes,
// 64-byte aligned.
void umwelt_quantise(umwelt_isa isa, int32_t rows, int32_t width, const float *x, size_t x_stride,
                     void *quantised, float *row_scale);

// The same to plain int8 [rows, width], one scale a row; and with one scale a column, [width].
void umwelt_quantise_rows(umwelt_isa isa, int32_t rows, int32_t width, const float *x,
                          size_t x_stride, int8_t *q, float *row_scale);
void umwelt_quantise_columns(umwelt_isa isa, int32_t rows, int32_t width, const float *x,
                             size_t x_stride, int8_t *q, float *column_scale);

// Softmax of scale * x over each row, quantised on the way: with e = exp(scale * (x - max)),
// q = round-half-even(127 e) and row_scale = 1 / (127 sum(e)). x is overwritten.
void umwelt_softmax_quantise(umwelt_isa isa, int32_t rows, int32_t width, float *x, size_t x_stride,
                             float scale, void *quantised, float *row_scale);

// y[r, o] = fma(acc, row_scale[r] * scale[o], bias[o]), then the epilogue;
// acc = int32 sum over quantised[r, i] * weights[o, i].
void umwelt_gemm(umwelt_isa isa, const umwelt_linear *linear, int32_t rows, const void *quantised,
                 const float *row_scale, const umwelt_epilogue *end);

// The epilogue alone on y + bias; y: [rows, width] with y_stride, and may be the output.
void umwelt_finish(umwelt_isa isa, int32_t rows, int32_t width, const float *y, size_t y_stride,
                   const float *bias, const umwelt_epilogue *end);

// y = act((x - mean) / sqrt(variance + epsilon) * gain + bias) over each row; gain and bias may be
// NULL together. x may alias y.
void umwelt_layer_norm(umwelt_isa isa, int32_t rows, int32_t width, const float *x,
                       const float *gain, const float *bias, float epsilon,
                       umwelt_activation activation, float *y);

// Adaptive layer norm, then an affine one: h = norm(x) * (1 + scale) + shift;
// y = norm(h) * gain + bias. shift, scale: [rows, width] with `stride` floats from row to row.
typedef struct {
  const float *shift, *scale;
  size_t stride;
  float inner_epsilon;        // of the norm without gain and bias
  const float *gain, *bias;   // [width]
  float epsilon;              // of the affine norm
} umwelt_modulation;
void umwelt_adaptive_norm(umwelt_isa isa, int32_t rows, int32_t width, const float *x,
                          const umwelt_modulation *modulation, float *y);

// Softmax over each row of scale * x, in place.
void umwelt_softmax(umwelt_isa isa, int32_t rows, int32_t width, float *x, size_t x_stride,
                    float scale);

// Self-attention of up to UMWELT_ATTENTION_TOKENS tokens without a mask.
// qkv: [tokens, 3, heads, head]; output: [tokens, heads, head]; head <= UMWELT_ATTENTION_HEAD_MAX.
void umwelt_attention(umwelt_isa isa, int32_t tokens, int32_t heads, int32_t head, float scale,
                      const float *qkv, float *output);

// Causal attention in many short windows, one head a lane: every row is [head, heads], heads a
// multiple of UMWELT_LANES. The last `queries` of a window's `tokens` (at most UMWELT_WINDOW_MAX)
// ask; each sees the tokens up to its own.
typedef struct {
  int32_t windows, tokens, queries, heads, head;
  float scale;
  const float *q;       // [windows, queries] rows
  const float *k, *v;   // [windows, tokens] rows
  float *output;        // [windows, queries] rows
  // Floats from a window to the next, and from a token to the next.
  size_t q_window, q_token, kv_window, kv_token, output_window, output_token;
} umwelt_windows;
void umwelt_window_attention(umwelt_isa isa, const umwelt_windows *windows);
#endif
