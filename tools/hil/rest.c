// SPDX-License-Identifier: Apache-2.0
// rest CHIP SIGNAL PID (LINE LEVEL)...: sends a signal to a process and says how many milliseconds
// later each of these simulated GPIO lines is at its level. CHIP is a folder of gpio-sim's in sysfs.
// Exit codes: 0 they are, 1 not within 5 s, 2 wrong arguments, 3 one was at rest before.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 8, LIMIT_MS = 5000 };

static double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e3 + now.tv_nsec * 1e-6;
}

int main(int count, char **words) {
  int lines = (count - 4) / 2;
  if (count < 6 || count % 2 || lines > MOST)
    return fprintf(stderr, "usage: rest CHIP SIGNAL PID (LINE LEVEL)...\n"), 2;
  int files[MOST];
  char level = 0;
  for (int i = 0; i < lines; i++) {
    char path[512];
    snprintf(path, sizeof path, "%s/sim_gpio%s/value", words[1], words[4 + 2 * i]);
    files[i] = open(path, O_RDONLY);
    if (files[i] < 0) return fprintf(stderr, "rest: %s: %s\n", path, strerror(errno)), 1;
    if (pread(files[i], &level, 1, 0) != 1 || level == words[5 + 2 * i][0]) return 3;
  }
  double begin = now_ms(), after = 0;
  if (kill(atoi(words[3]), atoi(words[2])) < 0)
    return fprintf(stderr, "rest: %s: %s\n", words[3], strerror(errno)), 1;
  for (int resting = 0; resting < lines && after < LIMIT_MS; after = now_ms() - begin) {
    resting = 0;
    for (int i = 0; i < lines; i++)
      resting += pread(files[i], &level, 1, 0) == 1 && level == words[5 + 2 * i][0];
    if (resting < lines) usleep(200);
  }
  printf("rest: %.1f ms\n", after);
  return after >= LIMIT_MS;
}
