// SPDX-License-Identifier: Apache-2.0
// GPIO where the header is libgpiod 2's (Debian 13).
#include <gpiod.h>

#ifndef GPIOD_LINE_BULK_MAX_LINES

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CLinux.h"

// One read takes as many edges as the kernel keeps for a line by default (linux/gpio.h).
enum { EDGES_A_READ = 16 };
// The most that the kernel keeps for a request (GPIO_V2_LINES_MAX times 16): an encoder's edges must
// wait while the robot thinks. libgpiod 1 leaves it at 16.
enum { MOST_EDGES_KEPT = 1024 };

struct umwelt_gpio_chip {
  struct gpiod_chip *chip;
};

struct umwelt_gpio_line {
  struct gpiod_line_request *request;
  uint32_t offset;
  struct gpiod_edge_event_buffer *edges;
  uint32_t next, count;
};

int32_t umwelt_gpio_library(void) { return 2; }

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
  struct gpiod_chip_info *info = gpiod_chip_get_info(chip->chip);
  if (info == NULL) return -errno;
  snprintf(facts->name, sizeof facts->name, "%s", gpiod_chip_info_get_name(info));
  snprintf(facts->label, sizeof facts->label, "%s", gpiod_chip_info_get_label(info));
  facts->line_count = (uint32_t)gpiod_chip_info_get_num_lines(info);
  gpiod_chip_info_free(info);
  return 0;
}

int32_t umwelt_gpio_line_facts(
    struct umwelt_gpio_chip *chip, uint32_t offset, struct umwelt_gpio_line_facts *facts) {
  memset(facts, 0, sizeof *facts);
  struct gpiod_line_info *info = gpiod_chip_get_line_info(chip->chip, offset);
  if (info == NULL) return -errno;
  const char *name = gpiod_line_info_get_name(info);
  const char *consumer = gpiod_line_info_get_consumer(info);
  if (name != NULL) snprintf(facts->name, sizeof facts->name, "%s", name);
  if (consumer != NULL) snprintf(facts->consumer, sizeof facts->consumer, "%s", consumer);
  facts->is_held = gpiod_line_info_is_used(info);
  gpiod_line_info_free(info);
  return 0;
}

static void set_use(struct gpiod_line_settings *settings, enum umwelt_gpio_use use) {
  int starts_high = use == UMWELT_GPIO_HIGH_OUTPUT || use == UMWELT_GPIO_OPEN_DRAIN_OUTPUT;
  int is_output = use == UMWELT_GPIO_OUTPUT || starts_high;
  gpiod_line_settings_set_direction(
      settings, is_output ? GPIOD_LINE_DIRECTION_OUTPUT : GPIOD_LINE_DIRECTION_INPUT);
  if (use == UMWELT_GPIO_OPEN_DRAIN_OUTPUT) {
    gpiod_line_settings_set_drive(settings, GPIOD_LINE_DRIVE_OPEN_DRAIN);
  }
  if (starts_high) gpiod_line_settings_set_output_value(settings, GPIOD_LINE_VALUE_ACTIVE);
  if (use < UMWELT_GPIO_RISING_EDGES) return;
  gpiod_line_settings_set_edge_detection(
      settings, use == UMWELT_GPIO_RISING_EDGES    ? GPIOD_LINE_EDGE_RISING
                : use == UMWELT_GPIO_FALLING_EDGES ? GPIOD_LINE_EDGE_FALLING
                                                   : GPIOD_LINE_EDGE_BOTH);
  gpiod_line_settings_set_event_clock(settings, GPIOD_LINE_CLOCK_MONOTONIC);
}

static void set_bias(struct gpiod_line_settings *settings, enum umwelt_gpio_bias bias) {
  static const enum gpiod_line_bias biases[] = {
      [UMWELT_GPIO_BIAS_AS_IS] = GPIOD_LINE_BIAS_AS_IS,
      [UMWELT_GPIO_BIAS_DISABLED] = GPIOD_LINE_BIAS_DISABLED,
      [UMWELT_GPIO_PULL_UP] = GPIOD_LINE_BIAS_PULL_UP,
      [UMWELT_GPIO_PULL_DOWN] = GPIOD_LINE_BIAS_PULL_DOWN,
  };
  gpiod_line_settings_set_bias(settings, biases[bias]);
}

// The request of one line, or NULL with errno.
static struct gpiod_line_request *request_line(
    const char *path, uint32_t offset, const char *consumer, enum umwelt_gpio_use use,
    struct gpiod_line_settings *settings) {
  struct gpiod_chip *chip = gpiod_chip_open(path);
  struct gpiod_line_config *lines = gpiod_line_config_new();
  struct gpiod_request_config *request = gpiod_request_config_new();
  struct gpiod_line_request *made = NULL;
  if (chip != NULL && lines != NULL && request != NULL) {
    gpiod_request_config_set_consumer(request, consumer);
    if (use == UMWELT_GPIO_BOTH_EDGES) {
      gpiod_request_config_set_event_buffer_size(request, MOST_EDGES_KEPT);
    }
    if (gpiod_line_config_add_line_settings(lines, &offset, 1, settings) == 0) {
      made = gpiod_chip_request_lines(chip, request, lines);
    }
  }
  int error = errno;
  gpiod_request_config_free(request);
  gpiod_line_config_free(lines);
  if (chip != NULL) gpiod_chip_close(chip);  // the request lives on
  errno = error;
  return made;
}

int32_t umwelt_gpio_take_line(
    const char *path, uint32_t offset, const char *consumer, enum umwelt_gpio_use use,
    enum umwelt_gpio_bias bias, struct umwelt_gpio_line **line) {
  *line = NULL;
  struct gpiod_line_settings *settings = gpiod_line_settings_new();
  if (settings == NULL) return -errno;
  struct umwelt_gpio_line *made = calloc(1, sizeof *made);
  if (made == NULL) {
    gpiod_line_settings_free(settings);
    return -ENOMEM;
  }
  set_use(settings, use);
  set_bias(settings, bias);
  made->offset = offset;
  made->request = request_line(path, offset, consumer, use, settings);
  int32_t result = made->request == NULL ? -errno : 0;
  gpiod_line_settings_free(settings);
  if (result == 0 && use >= UMWELT_GPIO_RISING_EDGES) {
    made->edges = gpiod_edge_event_buffer_new(EDGES_A_READ);
    int file = gpiod_line_request_get_fd(made->request);
    if (made->edges == NULL || fcntl(file, F_SETFL, O_RDONLY | O_NONBLOCK) < 0) result = -errno;
  }
  if (result < 0) {
    umwelt_gpio_release_line(made);
    return result;
  }
  *line = made;
  return 0;
}

void umwelt_gpio_release_line(struct umwelt_gpio_line *line) {
  if (line->request != NULL) gpiod_line_request_release(line->request);
  if (line->edges != NULL) gpiod_edge_event_buffer_free(line->edges);
  free(line);
}

int32_t umwelt_gpio_set(struct umwelt_gpio_line *line, int32_t is_high) {
  enum gpiod_line_value value = is_high ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
  return gpiod_line_request_set_value(line->request, line->offset, value) == 0 ? 0 : -errno;
}

int32_t umwelt_gpio_get(struct umwelt_gpio_line *line) {
  enum gpiod_line_value value = gpiod_line_request_get_value(line->request, line->offset);
  return value == GPIOD_LINE_VALUE_ERROR ? -errno : value == GPIOD_LINE_VALUE_ACTIVE;
}

int32_t umwelt_gpio_next_edge(struct umwelt_gpio_line *line, struct umwelt_gpio_edge *edge) {
  if (line->next == line->count) {
    int count = gpiod_line_request_read_edge_events(line->request, line->edges, EDGES_A_READ);
    if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    line->next = 0;
    line->count = (uint32_t)count;
    if (count == 0) return 0;
  }
  struct gpiod_edge_event *event = gpiod_edge_event_buffer_get_event(line->edges, line->next++);
  *edge = (struct umwelt_gpio_edge){
      .time_ns = (int64_t)gpiod_edge_event_get_timestamp_ns(event),
      .sequence = (uint32_t)gpiod_edge_event_get_line_seqno(event),
      .is_rising = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE,
  };
  return 1;
}

#endif
