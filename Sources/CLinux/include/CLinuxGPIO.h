// SPDX-License-Identifier: Apache-2.0
// GPIO chips and lines through libgpiod, 1.6 or 2.x, whichever the header is of.
//
// Edges: libgpiod 2 hands on the kernel's time stamps and sequence numbers. 1.6 speaks the kernel's
// first GPIO interface, which has no sequence numbers and drops the newest edge when its queue is
// full, so that a lost edge cannot be seen. In a build with 1.6 edges are therefore asked for
// through the kernel's second interface itself (linux/gpio.h, Linux 5.10), all else through 1.6.
#ifndef UMWELT_CLINUX_GPIO_H
#define UMWELT_CLINUX_GPIO_H

#include <stdint.h>

struct umwelt_gpio_chip;
struct umwelt_gpio_line;

struct umwelt_gpio_chip_facts {
  char name[32];   // "gpiochip0": changes between boots and kernels
  char label[32];  // "pinctrl-rp1": does not
  uint32_t line_count;
};

struct umwelt_gpio_line_facts {
  char name[32];      // may be empty
  char consumer[32];  // who holds it; may be empty though it is held
  uint8_t is_held;
};

enum umwelt_gpio_use {
  UMWELT_GPIO_OUTPUT,             // low from here on
  UMWELT_GPIO_OPEN_DRAIN_OUTPUT,  // released (high by its pull-up) from here on
  UMWELT_GPIO_INPUT,
  UMWELT_GPIO_RISING_EDGES,
  UMWELT_GPIO_FALLING_EDGES,
  UMWELT_GPIO_BOTH_EDGES
};

enum umwelt_gpio_bias {
  UMWELT_GPIO_BIAS_AS_IS,
  UMWELT_GPIO_BIAS_DISABLED,
  UMWELT_GPIO_PULL_UP,
  UMWELT_GPIO_PULL_DOWN
};

struct umwelt_gpio_edge {
  int64_t time_ns;    // CLOCK_MONOTONIC
  uint32_t sequence;  // counts the line's edges, also those that were lost
  uint8_t is_rising;
};

// 1 or 2: which libgpiod this was built with.
int32_t umwelt_gpio_library(void);

int32_t umwelt_gpio_open_chip(const char *path, struct umwelt_gpio_chip **chip);
void umwelt_gpio_close_chip(struct umwelt_gpio_chip *chip);
int32_t umwelt_gpio_chip_facts(
    struct umwelt_gpio_chip *chip, struct umwelt_gpio_chip_facts *facts);
int32_t umwelt_gpio_line_facts(
    struct umwelt_gpio_chip *chip, uint32_t offset, struct umwelt_gpio_line_facts *facts);

// Takes a line of the chip at `path` for `consumer`. Nothing is allocated after this until the
// line is released.
int32_t umwelt_gpio_take_line(
    const char *path, uint32_t offset, const char *consumer, enum umwelt_gpio_use use,
    enum umwelt_gpio_bias bias, struct umwelt_gpio_line **line);
void umwelt_gpio_release_line(struct umwelt_gpio_line *line);

int32_t umwelt_gpio_set(struct umwelt_gpio_line *line, int32_t is_high);
// 1 high, 0 low, or -errno.
int32_t umwelt_gpio_get(struct umwelt_gpio_line *line);
// Takes the oldest edge: 1 when there was one, 0 when there is none, or -errno. Never waits.
int32_t umwelt_gpio_next_edge(struct umwelt_gpio_line *line, struct umwelt_gpio_edge *edge);

#endif
