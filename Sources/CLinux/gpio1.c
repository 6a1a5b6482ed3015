// SPDX-License-Identifier: Apache-2.0
// GPIO where the header is libgpiod 1.6's (Debian 12): only it has line bulks of a fixed size.
#include <gpiod.h>

#ifdef GPIOD_LINE_BULK_MAX_LINES

#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "CLinux.h"

// One read takes as many edges as the kernel keeps for a line by default (linux/gpio.h).
enum { EDGES_A_READ = 16 };

struct umwelt_gpio_chip {
  struct gpiod_chip *chip;
};

// A line for levels, or (line == NULL) a file of edges.
struct umwelt_gpio_line {
  struct gpiod_chip *chip;
  struct gpiod_line *line;
  int file;
  uint32_t next, count;
  struct gpio_v2_line_event edges[EDGES_A_READ];
};

int32_t umwelt_gpio_library(void) { return 1; }

int32_t umwelt_gpio_open_chip(const char *path, struct umwelt_gpio_chip **chip) {
  *chip = NULL;
  struct umwelt_gpio_chip *made = calloc(1, sizeof *made);
  if (made == NULL) return -ENOMEM;
  made->chip = gpiod_chip_open(path);
  if (made->chip == NULL) {
    int32_t result = -errno;
    free(made);
    return result;
  }
  *chip = made;
  return 0;
}

void umwelt_gpio_close_chip(struct umwelt_gpio_chip *chip) {
  gpiod_chip_close(chip->chip);
  free(chip);
}

int32_t umwelt_gpio_chip_facts(
    struct umwelt_gpio_chip *chip, struct umwelt_gpio_chip_facts *facts) {
  memset(facts, 0, sizeof *facts);
  snprintf(facts->name, sizeof facts->name, "%s", gpiod_chip_name(chip->chip));
  snprintf(facts->label, sizeof facts->label, "%s", gpiod_chip_label(chip->chip));
  facts->line_count = gpiod_chip_num_lines(chip->chip);
  return 0;
}

int32_t umwelt_gpio_line_facts(
    struct umwelt_gpio_chip *chip, uint32_t offset, struct umwelt_gpio_line_facts *facts) {
  memset(facts, 0, sizeof *facts);
  struct gpiod_line *line = gpiod_chip_get_line(chip->chip, offset);
  if (line == NULL) return -errno;
  const char *name = gpiod_line_name(line), *consumer = gpiod_line_consumer(line);
  if (name != NULL) snprintf(facts->name, sizeof facts->name, "%s", name);
  if (consumer != NULL) snprintf(facts->consumer, sizeof facts->consumer, "%s", consumer);
  facts->is_held = gpiod_line_is_used(line);
  return 0;
}

static int32_t take_levels(
    struct umwelt_gpio_line *line, uint32_t offset, const char *consumer, enum umwelt_gpio_use use,
    enum umwelt_gpio_bias bias) {
  static const int bias_flags[] = {
      [UMWELT_GPIO_BIAS_AS_IS] = 0,
      [UMWELT_GPIO_BIAS_DISABLED] = GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE,
      [UMWELT_GPIO_PULL_UP] = GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP,
      [UMWELT_GPIO_PULL_DOWN] = GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN,
  };
  int is_open_drain = use == UMWELT_GPIO_OPEN_DRAIN_OUTPUT;
  int is_input = use == UMWELT_GPIO_INPUT;
  struct gpiod_line_request_config config = {
      .consumer = consumer,
      .request_type = is_input ? GPIOD_LINE_REQUEST_DIRECTION_INPUT
                               : GPIOD_LINE_REQUEST_DIRECTION_OUTPUT,
      .flags = bias_flags[bias] | (is_open_drain ? GPIOD_LINE_REQUEST_FLAG_OPEN_DRAIN : 0),
  };
  line->line = gpiod_chip_get_line(line->chip, offset);
  if (line->line == NULL) return -errno;
  return gpiod_line_request(line->line, &config, is_open_drain) == 0 ? 0 : -errno;
}

static int32_t take_edges(
    struct umwelt_gpio_line *line, const char *path, uint32_t offset, const char *consumer,
    enum umwelt_gpio_use use, enum umwelt_gpio_bias bias) {
  static const uint64_t edge_flags[] = {
      [UMWELT_GPIO_RISING_EDGES] = GPIO_V2_LINE_FLAG_EDGE_RISING,
      [UMWELT_GPIO_FALLING_EDGES] = GPIO_V2_LINE_FLAG_EDGE_FALLING,
      [UMWELT_GPIO_BOTH_EDGES] = GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING,
  };
  static const uint64_t bias_flags[] = {
      [UMWELT_GPIO_BIAS_AS_IS] = 0,
      [UMWELT_GPIO_BIAS_DISABLED] = GPIO_V2_LINE_FLAG_BIAS_DISABLED,
      [UMWELT_GPIO_PULL_UP] = GPIO_V2_LINE_FLAG_BIAS_PULL_UP,
      [UMWELT_GPIO_PULL_DOWN] = GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN,
  };
  struct gpio_v2_line_request request;
  memset(&request, 0, sizeof request);
  request.offsets[0] = offset;
  request.num_lines = 1;
  snprintf(request.consumer, sizeof request.consumer, "%s", consumer);
  request.config.flags = GPIO_V2_LINE_FLAG_INPUT | edge_flags[use] | bias_flags[bias];
  int chip = open(path, O_RDWR | O_CLOEXEC);
  if (chip < 0) return -errno;
  int32_t result = ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request) < 0 ? -errno : 0;
  close(chip);
  if (result < 0) return result;
  line->file = request.fd;
  return fcntl(line->file, F_SETFL, O_RDONLY | O_NONBLOCK) < 0 ? -errno : 0;
}

int32_t umwelt_gpio_take_line(
    const char *path, uint32_t offset, const char *consumer, enum umwelt_gpio_use use,
    enum umwelt_gpio_bias bias, struct umwelt_gpio_line **line) {
  *line = NULL;
  struct umwelt_gpio_line *made = calloc(1, sizeof *made);
  if (made == NULL) return -ENOMEM;
  made->file = -1;
  int32_t result = 0;
  if (use >= UMWELT_GPIO_RISING_EDGES) {
    result = take_edges(made, path, offset, consumer, use, bias);
  } else {
    made->chip = gpiod_chip_open(path);
    result = made->chip == NULL ? -errno : take_levels(made, offset, consumer, use, bias);
  }
  if (result < 0) {
    umwelt_gpio_release_line(made);
    return result;
  }
  *line = made;
  return 0;
}

void umwelt_gpio_release_line(struct umwelt_gpio_line *line) {
  if (line->file >= 0) close(line->file);
  if (line->chip != NULL) gpiod_chip_close(line->chip);  // releases its lines too
  free(line);
}

int32_t umwelt_gpio_set(struct umwelt_gpio_line *line, int32_t is_high) {
  return gpiod_line_set_value(line->line, is_high) == 0 ? 0 : -errno;
}

int32_t umwelt_gpio_get(struct umwelt_gpio_line *line) {
  int value = gpiod_line_get_value(line->line);
  return value < 0 ? -errno : value;
}

int32_t umwelt_gpio_next_edge(struct umwelt_gpio_line *line, struct umwelt_gpio_edge *edge) {
  if (line->next == line->count) {
    ssize_t bytes = read(line->file, line->edges, sizeof line->edges);
    if (bytes < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    line->next = 0;
    line->count = (uint32_t)((size_t)bytes / sizeof line->edges[0]);
    if (line->count == 0) return 0;
  }
  const struct gpio_v2_line_event *event = &line->edges[line->next++];
  *edge = (struct umwelt_gpio_edge){
      .time_ns = (int64_t)event->timestamp_ns,
      .sequence = event->line_seqno,
      .is_rising = event->id == GPIO_V2_LINE_EVENT_RISING_EDGE,
  };
  return 1;
}

#endif
