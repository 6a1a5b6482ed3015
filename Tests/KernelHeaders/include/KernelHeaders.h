// SPDX-License-Identifier: Apache-2.0
// The kernel's own structs and request numbers, for tests that play the kernel.
#ifndef UMWELT_KERNEL_HEADERS_H
#define UMWELT_KERNEL_HEADERS_H

#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <linux/serial.h>
#include <linux/videodev2.h>
#include <linux/watchdog.h>
#include <stdint.h>
#include <sys/ioctl.h>

// Swift does not see macros that call others.
#define REQUEST(name) static const uint64_t request_##name = name
REQUEST(VIDIOC_QUERYCAP);
REQUEST(VIDIOC_ENUM_FMT);
REQUEST(VIDIOC_ENUM_FRAMESIZES);
REQUEST(VIDIOC_S_FMT);
REQUEST(VIDIOC_S_PARM);
REQUEST(VIDIOC_REQBUFS);
REQUEST(VIDIOC_QUERYBUF);
REQUEST(VIDIOC_QBUF);
REQUEST(VIDIOC_DQBUF);
REQUEST(VIDIOC_STREAMON);
REQUEST(VIDIOC_STREAMOFF);
REQUEST(VIDIOC_QUERYCTRL);
REQUEST(VIDIOC_G_CTRL);
REQUEST(VIDIOC_S_CTRL);
REQUEST(WDIOC_GETSUPPORT);
REQUEST(WDIOC_GETBOOTSTATUS);
REQUEST(WDIOC_SETTIMEOUT);
REQUEST(WDIOC_GETTIMEOUT);
REQUEST(TIOCEXCL);
REQUEST(TIOCOUTQ);
REQUEST(TIOCGSERIAL);
REQUEST(TIOCSSERIAL);
REQUEST(TCFLSH);
REQUEST(TIOCGEXCL);
REQUEST(TIOCGPTN);
REQUEST(TIOCSPTLCK);
#undef REQUEST

// Of asm-generic/termbits.h, which cannot be had beside the C library's termios.h.
struct umwelt_kernel_termios2 {
  uint32_t c_iflag, c_oflag, c_cflag, c_lflag;
  uint8_t c_line;
  uint8_t c_cc[19];
  uint32_t c_ispeed, c_ospeed;
};
static const uint64_t request_TCGETS2 = _IOR('T', 0x2A, struct umwelt_kernel_termios2);
static const uint64_t request_TCSETS2 = _IOW('T', 0x2B, struct umwelt_kernel_termios2);
// ASYNC_LOW_LATENCY of linux/tty_flags.h.
static const uint32_t umwelt_kernel_low_latency = 1u << 13;

#endif
