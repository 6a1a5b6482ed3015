// SPDX-License-Identifier: Apache-2.0
// Between the calls that are stood in for and the fake chips.
#ifndef UMWELT_INTERPOSE_H
#define UMWELT_INTERPOSE_H

// The chip at a path; -1 when there is none.
int fake_chip_at(const char *path);
int fake_chip_is_forbidden(int chip);
// A file is a chip's (line -1) or a line's from now on.
void fake_chip_opened(int file, int chip, int line);
int fake_gpio_ioctl(int file, unsigned long request, void *argument);

#endif
