// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "FakeGPIOChip.h"

#include <errno.h>
#include <linux/gpio.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "interpose.h"

enum { MAX_CHIPS = 256, MAX_LINES = 64, MAX_FILES = 1024 };

struct line {
  char name[32], holder[32];
  struct umwelt_fake_line state;
  int reader, events;  // the line's file, and where its edges are written
};

struct chip {
  char path[256], label[32];
  uint32_t line_count;
  struct line lines[MAX_LINES];
  int error, is_forbidden;
};

// What an open file is: a chip (line < 0) or a line that was taken.
struct file {
  int number, chip, line;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct chip chips[MAX_CHIPS];
static int chip_count;
static struct file files[MAX_FILES];
static int file_count;

int32_t umwelt_fake_gpio_add(
    const char *path, const char *label, const char *line_names, uint32_t line_count) {
  pthread_mutex_lock(&mutex);
  int index = chip_count < MAX_CHIPS && line_count <= MAX_LINES ? chip_count++ : -1;
  if (index >= 0) {
    struct chip *chip = &chips[index];
    snprintf(chip->path, sizeof chip->path, "%s", path);
    snprintf(chip->label, sizeof chip->label, "%s", label);
    chip->line_count = line_count;
    for (uint32_t i = 0; i < line_count && *line_names; i++) {
      size_t length = strcspn(line_names, ",");
      snprintf(chip->lines[i].name, sizeof chip->lines[i].name, "%.*s", (int)length, line_names);
      line_names += length + (line_names[length] == ',');
    }
  }
  pthread_mutex_unlock(&mutex);
  if (index >= 0 && symlink("/dev/null", path) != 0) return -1;
  return index;
}

void umwelt_fake_gpio_hold(int32_t chip, uint32_t line, const char *consumer) {
  char *holder = chips[chip].lines[line].holder;
  snprintf(holder, sizeof chips[chip].lines[line].holder, "%s", consumer ? consumer : "");
}

void umwelt_fake_gpio_forbid(int32_t chip) { chips[chip].is_forbidden = 1; }

void umwelt_fake_gpio_fail_next(int32_t chip, int32_t error) { chips[chip].error = error; }

struct umwelt_fake_line umwelt_fake_gpio_line(int32_t chip, uint32_t line) {
  return chips[chip].lines[line].state;
}

void umwelt_fake_gpio_set_input(int32_t chip, uint32_t line, int32_t is_high) {
  chips[chip].lines[line].state.level = is_high != 0;
}

void umwelt_fake_gpio_edge(
    int32_t chip, uint32_t line, int64_t time_ns, uint32_t line_sequence, int32_t is_rising) {
  struct gpio_v2_line_event event;
  memset(&event, 0, sizeof event);
  event.timestamp_ns = (uint64_t)time_ns;
  event.id = is_rising ? GPIO_V2_LINE_EVENT_RISING_EDGE : GPIO_V2_LINE_EVENT_FALLING_EDGE;
  event.offset = line;
  event.seqno = event.line_seqno = line_sequence;
  if (write(chips[chip].lines[line].events, &event, sizeof event) < 0) perror("fake edge");
}

void umwelt_fake_gpio_break(int32_t chip, uint32_t line) {
  struct line *broken = &chips[chip].lines[line];
  // A socket whose other end closes with something unread in it says ECONNRESET.
  if (write(broken->reader, "", 1) < 0) perror("fake break");
  close(broken->events);
}

int fake_chip_at(const char *path) {
  int found = -1;
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < chip_count && found < 0; i++) {
    if (strcmp(chips[i].path, path) == 0) found = i;
  }
  pthread_mutex_unlock(&mutex);
  return found;
}

int fake_chip_is_forbidden(int chip) { return chips[chip].is_forbidden; }

void fake_chip_opened(int file, int chip, int line) {
  pthread_mutex_lock(&mutex);
  struct file *slot = NULL;
  for (int i = 0; i < file_count && slot == NULL; i++) {
    if (files[i].number == file) slot = &files[i];
  }
  if (slot == NULL && file_count < MAX_FILES) slot = &files[file_count++];
  if (slot != NULL) *slot = (struct file){file, chip, line};
  pthread_mutex_unlock(&mutex);
}

static struct file find_file(int number) {
  struct file found = {-1, -1, -1};
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < file_count; i++) {
    if (files[i].number == number) found = files[i];
  }
  pthread_mutex_unlock(&mutex);
  return found;
}

static int refuse(int error) {
  errno = error;
  return -1;
}

// Takes a line and gives its file, whose reads are its edges.
static int take(int chip_index, uint32_t offset, const char *consumer,
                struct umwelt_fake_line state) {
  struct chip *chip = &chips[chip_index];
  int ends[2];
  if (chip->error) {
    int error = chip->error;
    chip->error = 0;
    return refuse(error);
  }
  if (offset >= chip->line_count) return refuse(EINVAL);
  struct line *line = &chip->lines[offset];
  if (line->holder[0]) return refuse(EBUSY);
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  if (!state.is_output) state.level = line->state.level;
  snprintf(state.consumer, sizeof state.consumer, "%s", consumer);
  state.is_taken = 1;
  line->state = state;
  line->reader = ends[0];
  line->events = ends[1];
  fake_chip_opened(ends[0], chip_index, (int)offset);
  return ends[0];
}

static int take_first(int chip, struct gpiohandle_request *request) {
  uint32_t flags = request->flags;
  struct umwelt_fake_line state = {
      .is_output = (flags & GPIOHANDLE_REQUEST_OUTPUT) != 0,
      .is_open_drain = (flags & GPIOHANDLE_REQUEST_OPEN_DRAIN) != 0,
      .level = request->default_values[0] != 0,
      .bias = flags & GPIOHANDLE_REQUEST_BIAS_DISABLE     ? 1
              : flags & GPIOHANDLE_REQUEST_BIAS_PULL_UP   ? 2
              : flags & GPIOHANDLE_REQUEST_BIAS_PULL_DOWN ? 3
                                                          : 0,
  };
  request->fd = take(chip, request->lineoffsets[0], request->consumer_label, state);
  return request->fd < 0 ? -1 : 0;
}

static int take_second(int chip, struct gpio_v2_line_request *request) {
  // libgpiod 2 gives flags and values as attributes of the line; they override the request's.
  uint64_t flags = request->config.flags, values = 0;
  for (uint32_t i = 0; i < request->config.num_attrs; i++) {
    const struct gpio_v2_line_attribute *attribute = &request->config.attrs[i].attr;
    if (attribute->id == GPIO_V2_LINE_ATTR_ID_FLAGS) flags = attribute->flags;
    if (attribute->id == GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES) values = attribute->values;
  }
  struct umwelt_fake_line state = {
      .is_output = (flags & GPIO_V2_LINE_FLAG_OUTPUT) != 0,
      .is_open_drain = (flags & GPIO_V2_LINE_FLAG_OPEN_DRAIN) != 0,
      .level = values & 1,
      .bias = flags & GPIO_V2_LINE_FLAG_BIAS_DISABLED    ? 1
              : flags & GPIO_V2_LINE_FLAG_BIAS_PULL_UP   ? 2
              : flags & GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN ? 3
                                                         : 0,
      .edges = (flags & GPIO_V2_LINE_FLAG_EDGE_RISING ? 1 : 0) |
               (flags & GPIO_V2_LINE_FLAG_EDGE_FALLING ? 2 : 0),
  };
  request->fd = take(chip, request->offsets[0], request->consumer, state);
  return request->fd < 0 ? -1 : 0;
}

static int chip_ioctl(int index, unsigned long request, void *argument) {
  struct chip *chip = &chips[index];
  struct gpiochip_info *chip_info = argument;
  struct gpioline_info *first = argument;
  struct gpio_v2_line_info *second = argument;
  switch (request) {
    case GPIO_GET_CHIPINFO_IOCTL:
      memset(chip_info, 0, sizeof *chip_info);
      snprintf(chip_info->name, sizeof chip_info->name, "%s", strrchr(chip->path, '/') + 1);
      snprintf(chip_info->label, sizeof chip_info->label, "%s", chip->label);
      chip_info->lines = chip->line_count;
      return 0;
    case GPIO_GET_LINEINFO_IOCTL: {
      if (first->line_offset >= chip->line_count) return refuse(EINVAL);
      const struct line *line = &chip->lines[first->line_offset];
      memcpy(first->name, line->name, sizeof first->name);
      memcpy(first->consumer, line->holder, sizeof first->consumer);
      first->flags = line->holder[0] ? GPIOLINE_FLAG_KERNEL : 0;
      return 0;
    }
    case GPIO_V2_GET_LINEINFO_IOCTL: {
      if (second->offset >= chip->line_count) return refuse(EINVAL);
      const struct line *line = &chip->lines[second->offset];
      memcpy(second->name, line->name, sizeof second->name);
      memcpy(second->consumer, line->holder, sizeof second->consumer);
      second->flags = GPIO_V2_LINE_FLAG_INPUT | (line->holder[0] ? GPIO_V2_LINE_FLAG_USED : 0);
      return 0;
    }
    case GPIO_GET_LINEHANDLE_IOCTL: return take_first(index, argument);
    case GPIO_V2_GET_LINE_IOCTL: return take_second(index, argument);
    default: return refuse(ENOTTY);
  }
}

static int line_ioctl(struct chip *chip, struct line *line, unsigned long request, void *argument) {
  struct gpiohandle_data *first = argument;
  struct gpio_v2_line_values *second = argument;
  if (chip->error) {
    int error = chip->error;
    chip->error = 0;
    return refuse(error);
  }
  switch (request) {
    case GPIOHANDLE_GET_LINE_VALUES_IOCTL: first->values[0] = line->state.level; return 0;
    case GPIOHANDLE_SET_LINE_VALUES_IOCTL: line->state.level = first->values[0]; return 0;
    case GPIO_V2_LINE_GET_VALUES_IOCTL: second->bits = line->state.level; return 0;
    case GPIO_V2_LINE_SET_VALUES_IOCTL: line->state.level = second->bits & 1; return 0;
    default: return refuse(ENOTTY);
  }
}

int fake_gpio_ioctl(int file, unsigned long request, void *argument) {
  struct file found = find_file(file);
  if (found.chip < 0) return refuse(ENOTTY);
  struct chip *chip = &chips[found.chip];
  if (found.line < 0) return chip_ioctl(found.chip, request, argument);
  return line_ioctl(chip, &chip->lines[found.line], request, argument);
}
