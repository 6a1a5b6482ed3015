// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "CLinux.h"

// The highest nice value, which is the least weight (setpriority(2)).
enum { LEAST_WEIGHT = 19 };

int32_t umwelt_thread_step_back(void) {
  sigset_t all;
  sigfillset(&all);
  int32_t result = -pthread_sigmask(SIG_BLOCK, &all, NULL);
  struct sched_param ordinary = {.sched_priority = 0};
  if (sched_setscheduler(0, SCHED_OTHER, &ordinary) < 0) result = -errno;
  // Linux has one nice value a thread, which "who" 0 names (setpriority(2), "C library/kernel
  // differences").
  if (setpriority(PRIO_PROCESS, 0, LEAST_WEIGHT) < 0) result = -errno;
  return result;
}
