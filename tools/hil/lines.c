// SPDX-License-Identifier: Apache-2.0
// lines PORT CHIP OUTPUT…: joins the guest's simulated GPIO lines to the chips outside.
//
// Two bytes on the port, number and level, are one change: those read from it pull a line of the
// chip (a folder of gpio-sim's in sysfs); those written to it say that a line of OUTPUT… changed,
// which is looked at a thousand times a second.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINES 64

static int end(const char *what) {
  fprintf(stderr, "lines: %s: %s\n", what, strerror(errno));
  return 1;
}

static int open_line(const char *chip, int line, const char *file, int flags) {
  char path[512];
  snprintf(path, sizeof path, "%s/sim_gpio%d/%s", chip, line, file);
  return open(path, flags | O_CLOEXEC);
}

int main(int count, char **words) {
  if (count < 3) return fprintf(stderr, "usage: lines PORT CHIP OUTPUT...\n"), 2;
  int port = open(words[1], O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (port < 0) return end(words[1]);
  int pulls[LINES], values[LINES];
  char levels[LINES];
  for (int line = 0; line < LINES; line++) pulls[line] = values[line] = -1;
  for (int i = 3; i < count; i++) {
    int line = atoi(words[i]);
    if (line < 0 || line >= LINES) return fprintf(stderr, "lines: no line %s\n", words[i]), 2;
    values[line] = open_line(words[2], line, "value", O_RDONLY);
    if (values[line] < 0) return end(words[i]);
    levels[line] = '?';
  }
  for (;;) {
    struct pollfd wait = {port, POLLIN, 0};
    if (poll(&wait, 1, 1) < 0 && errno != EINTR) return end("poll");
    uint8_t change[2];
    while (read(port, change, 2) == 2) {
      int line = change[0];
      if (line >= LINES) continue;
      if (pulls[line] < 0) pulls[line] = open_line(words[2], line, "pull", O_WRONLY);
      const char *pull = change[1] ? "pull-up" : "pull-down";
      if (pwrite(pulls[line], pull, strlen(pull), 0) < 0) return end("pull");
    }
    for (int line = 0; line < LINES; line++) {
      char level;
      if (values[line] < 0 || pread(values[line], &level, 1, 0) != 1 || level == levels[line]) {
        continue;
      }
      levels[line] = level;
      uint8_t news[2] = {line, level == '1'};
      if (write(port, news, 2) != 2) return end(words[1]);
    }
  }
}
