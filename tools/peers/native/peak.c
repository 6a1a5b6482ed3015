// SPDX-License-Identifier: Apache-2.0
// What one core can do at best: multiply-accumulates per second of the instructions that int8 and
// float inference consists of, on registers only. One line of JSON, GMAC/s; 0 where the processor
// lacks the instruction.  usage: peak [MILLISECONDS PER INSTRUCTION]
#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CHAINS = 12, STEPS = 4096 };  // 12 chains hide 2 ports x 5 cycles of latency

static double cpu_seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// One function that issues STEPS x CHAINS instructions on 12 accumulators.
#define BURST(name, isa, vector, zero, instruction, constraint)                             \
  __attribute__((target(isa), noinline)) static void name(void) {                           \
    vector x = zero(), y = zero(), c[CHAINS];                                               \
    for (int i = 0; i < CHAINS; ++i) c[i] = zero();                                         \
    for (int step = 0; step < STEPS; ++step)                                                \
      __asm__ volatile(                                                                     \
          instruction " %13, %12, %0\n\t" instruction " %13, %12, %1\n\t"                   \
          instruction " %13, %12, %2\n\t" instruction " %13, %12, %3\n\t"                   \
          instruction " %13, %12, %4\n\t" instruction " %13, %12, %5\n\t"                   \
          instruction " %13, %12, %6\n\t" instruction " %13, %12, %7\n\t"                   \
          instruction " %13, %12, %8\n\t" instruction " %13, %12, %9\n\t"                   \
          instruction " %13, %12, %10\n\t" instruction " %13, %12, %11"                     \
          : "+" constraint(c[0]), "+" constraint(c[1]), "+" constraint(c[2]),               \
            "+" constraint(c[3]), "+" constraint(c[4]), "+" constraint(c[5]),               \
            "+" constraint(c[6]), "+" constraint(c[7]), "+" constraint(c[8]),               \
            "+" constraint(c[9]), "+" constraint(c[10]), "+" constraint(c[11])              \
          : constraint(x), constraint(y));                                                  \
  }

BURST(vnni512, "avx512f", __m512i, _mm512_setzero_si512, "vpdpbusd", "v")
BURST(vnni256_vex, "avx2", __m256i, _mm256_setzero_si256, "%{vex%} vpdpbusd", "x")
BURST(vnni256_evex, "avx512f,avx512vl", __m256i, _mm256_setzero_si256, "vpdpbusd", "v")
BURST(maddubs256, "avx2", __m256i, _mm256_setzero_si256, "vpmaddubsw", "x")
BURST(fma512, "avx512f", __m512, _mm512_setzero_ps, "vfmadd231ps", "v")
BURST(fma256, "fma", __m256, _mm256_setzero_ps, "vfmadd231ps", "x")

// The best of several slices of 2 ms, so that a neighbour on the core costs little; shorter ones
// would measure the clock.
static double gmac_per_second(void (*burst)(void), int macs, double milliseconds) {
  if (!burst) return 0;
  double best = 0;
  const double end = cpu_seconds() + milliseconds * 1e-3;
  for (double start = cpu_seconds(), now = start; now < end; start = now) {
    int bursts = 0;
    for (; now < start + 2e-3; now = cpu_seconds(), ++bursts) burst();
    const double rate = (double)bursts * STEPS * CHAINS * macs / (now - start) * 1e-9;
    if (rate > best) best = rate;
  }
  return best;
}

int main(int count, char **arguments) {
  const double milliseconds = count > 1 ? atof(arguments[1]) : 10;
  __builtin_cpu_init();
  const int wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
  const int vnni = wide && __builtin_cpu_supports("avx512vnni");
  const int vex = __builtin_cpu_supports("avxvnni");
  const struct {
    const char *name;
    void (*burst)(void);
    int macs;
  } rows[] = {
      {"vnni512", vnni ? vnni512 : NULL, 64},
      {"vnni256", vex ? vnni256_vex : vnni ? vnni256_evex : NULL, 32},
      // Without VNNI a byte product takes three instructions: vpmaddubsw, vpmaddwd, vpaddd.
      {"maddubs256", __builtin_cpu_supports("avx2") ? maddubs256 : NULL, 32},
      {"fma512", wide ? fma512 : NULL, 16},
      {"fma256", __builtin_cpu_supports("fma") ? fma256 : NULL, 8},
  };
  const int last = sizeof rows / sizeof *rows - 1;
  putchar('{');
  for (int i = 0; i <= last; ++i)
    printf("\"%s\": %.1f%s", rows[i].name,
           gmac_per_second(rows[i].burst, rows[i].macs, milliseconds), i < last ? ", " : "}\n");
  return 0;
}
