// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <time.h>

#include "CLinux.h"

enum { NS_PER_S = 1000000000 };

int64_t umwelt_now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

void umwelt_sleep_until_ns(int64_t deadline_ns) {
  if (deadline_ns <= 0) return;
  struct timespec until = {.tv_sec = deadline_ns / NS_PER_S, .tv_nsec = deadline_ns % NS_PER_S};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
  }
}
