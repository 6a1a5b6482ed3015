// SPDX-License-Identifier: Apache-2.0
// What one core can do at best: multiply-accumulates per second of the instructions that int8 and
// float inference consists of, on registers only. One line of JSON, GMAC/s; 0 where the processor
// lacks the instruction.  usage: peak [MILLISECONDS PER INSTRUCTION]
#include <immintrin.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CHAINS = 12, STEPS = 4096 };  // 12 independent sums hide 2 ports x 5 cycles of latency

static double cpu_seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// One product on sum number `c`; operands are %12 and %13.
#define VNNI(c) "vpdpbusd %13, %12, %" #c "\n\t"
#define VNNI_VEX(c) "%{vex%} vpdpbusd %13, %12, %" #c "\n\t"
#define FMA(c) "vfmadd231ps %13, %12, %" #c "\n\t"
// Without VNNI a byte product takes three instructions.
#define MADDUBS(c)                        \
  "vpmaddubsw %13, %12, %%ymm15\n\t"      \
  "vpmaddwd %%ymm15, %12, %%ymm15\n\t"    \
  "vpaddd %%ymm15, %" #c ", %" #c "\n\t"

// A function that makes STEPS products on each of 12 sums.
#define BURST(name, isa, vector, constraint, product)                                       \
  __attribute__((target(isa), noinline)) static void name(void) {                           \
    vector x = {0}, y = {0}, c[CHAINS] = {{0}};                                             \
    for (int step = 0; step < STEPS; ++step)                                                \
      __asm__ volatile(                                                                     \
          product(0) product(1) product(2) product(3) product(4) product(5)                 \
          product(6) product(7) product(8) product(9) product(10) product(11)               \
          : "+" constraint(c[0]), "+" constraint(c[1]), "+" constraint(c[2]),               \
            "+" constraint(c[3]), "+" constraint(c[4]), "+" constraint(c[5]),               \
            "+" constraint(c[6]), "+" constraint(c[7]), "+" constraint(c[8]),               \
            "+" constraint(c[9]), "+" constraint(c[10]), "+" constraint(c[11])              \
          : constraint(x), constraint(y)                                                    \
          : "xmm15");                                                                       \
  }

BURST(vnni512, "avx512f", __m512i, "v", VNNI)
BURST(vnni256_evex, "avx512f,avx512vl", __m256i, "v", VNNI)
BURST(vnni256_vex, "avx2", __m256i, "x", VNNI_VEX)
BURST(maddubs256, "avx2", __m256i, "x", MADDUBS)
BURST(fma512, "avx512f", __m512, "v", FMA)
BURST(fma256, "fma", __m256, "x", FMA)

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
  const int avx2 = __builtin_cpu_supports("avx2"), fma = __builtin_cpu_supports("fma");
  const int avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
  const int vnni = avx512 && __builtin_cpu_supports("avx512vnni");
  const int vex = __builtin_cpu_supports("avxvnni");
  const struct {
    const char *name;
    void (*burst)(void);
    int macs;  // of one product
  } rows[] = {
      {"vnni512", vnni ? vnni512 : NULL, 64},
      {"vnni256", vex ? vnni256_vex : vnni ? vnni256_evex : NULL, 32},
      {"maddubs256", avx2 ? maddubs256 : NULL, 32},
      {"fma512", avx512 ? fma512 : NULL, 16},
      {"fma256", fma ? fma256 : NULL, 8},
  };
  const int last = sizeof rows / sizeof *rows - 1;
  putchar('{');
  for (int i = 0; i <= last; ++i)
    printf("\"%s\": %.1f%s", rows[i].name,
           gmac_per_second(rows[i].burst, rows[i].macs, milliseconds), i < last ? ", " : "}\n");
  return 0;
}
