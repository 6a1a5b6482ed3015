// SPDX-License-Identifier: Apache-2.0
// GPIO chips for the process that links this: it stands in for glibc's open, ioctl and the calls by
// which libgpiod makes sure that a file is a chip. All other calls pass. Both interfaces of the
// kernel's are there (linux/gpio.h), so that either libgpiod can be tested.
#ifndef UMWELT_FAKE_GPIO_CHIP_H
#define UMWELT_FAKE_GPIO_CHIP_H

#include <stdint.h>

// A chip at `path`, whose last part ("gpiochip0") is its name. `path` is made a link to /dev/null:
// libgpiod wants a character device. `line_names` are separated by commas and may be empty.
// Returns the chip, or -1.
int32_t umwelt_fake_gpio_add(
    const char *path, const char *label, const char *line_names, uint32_t line_count);

// Marks a line as held by somebody else; NULL sets it free.
void umwelt_fake_gpio_hold(int32_t chip, uint32_t line, const char *consumer);
// Nobody may open the chip from now on (EACCES).
void umwelt_fake_gpio_forbid(int32_t chip);
// The errno that the next ioctl about lines gives; once.
void umwelt_fake_gpio_fail_next(int32_t chip, int32_t error);

struct umwelt_fake_line {
  uint8_t is_taken;
  uint8_t is_output;
  uint8_t is_open_drain;
  uint8_t level;      // what the last set or the request left
  uint8_t bias;       // 0 as is, 1 disabled, 2 pull-up, 3 pull-down
  uint8_t edges;      // 1 rising + 2 falling
  char consumer[32];
};
struct umwelt_fake_line umwelt_fake_gpio_line(int32_t chip, uint32_t line);
void umwelt_fake_gpio_set_input(int32_t chip, uint32_t line, int32_t is_high);
// The kernel's queue of edges: an event as the second interface has it.
void umwelt_fake_gpio_edge(
    int32_t chip, uint32_t line, int64_t time_ns, uint32_t line_sequence, int32_t is_rising);
// The next read of a line's edges fails with ECONNRESET.
void umwelt_fake_gpio_break(int32_t chip, uint32_t line);

#endif
