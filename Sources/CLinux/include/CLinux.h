// SPDX-License-Identifier: Apache-2.0
// The C face of Linux: I2C, GPIO, cameras, serial lines, watchdogs, sysfs numbers and the clock, in
// our own verbs and fixed-width types. None of the kernel's or the libraries' structs is seen here.
//
// Unless said otherwise a function returns 0, or -errno. "file" is a file descriptor.
#ifndef UMWELT_CLINUX_H
#define UMWELT_CLINUX_H

#include <stdint.h>

#include "CLinuxCamera.h"
#include "CLinuxGPIO.h"
#include "CLinuxProcess.h"
#include "CLinuxSystem.h"

// Files.

enum { UMWELT_FOR_READING = 1, UMWELT_FOR_WRITING = 2 };

// Opens without waiting, without becoming its terminal, and closed on exec. Returns a file.
int32_t umwelt_open(const struct umwelt_system *system, const char *path, int32_t purpose);
int32_t umwelt_close(const struct umwelt_system *system, int32_t file);
// Both return how many bytes they moved; 0 when it would have to wait. A read of nothing because
// the other side is gone is -EIO, as Linux has it for terminals.
int64_t umwelt_read(const struct umwelt_system *system, int32_t file, void *bytes, uint64_t count);
int64_t umwelt_write(
    const struct umwelt_system *system, int32_t file, const void *bytes, uint64_t count);
// Writes a decimal number at the file's start, as sysfs wants it.
int32_t umwelt_write_number(const struct umwelt_system *system, int32_t file, int64_t number);

// Time: CLOCK_MONOTONIC, in nanoseconds.

int64_t umwelt_now_ns(void);
// Returns at that time, whatever signals come.
void umwelt_sleep_until_ns(int64_t deadline_ns);

// Threads.

// From here on this thread runs when none in a hurry does: the least weight in the ordinary class,
// whatever class its maker is of.
int32_t umwelt_thread_step_back(void);
// First in, first out, for this thread and those that it makes meanwhile; 0: like all others again.
int32_t umwelt_lend_priority(int32_t priority);
// At most 15 bytes of it are kept.
void umwelt_thread_name(const char *name);
// Leaves signals to others, but for those of its own faults, and touches its stack.
void umwelt_thread_prepare(uint64_t stack_bytes);
// Pages stay in memory once they were used.
int32_t umwelt_lock_used_memory(void);

// Notices to the service manager: datagrams to the socket that NOTIFY_SOCKET names (sd_notify(3)).

// A path, or an abstract name after "@". Returns a file.
int32_t umwelt_notice_open(const char *path);
// Never waits: -EAGAIN when the other side does not keep up.
int32_t umwelt_notice_send(int32_t file, const void *text, uint64_t length);

// I2C.

// The kernel's I2C_RDWR_IOCTL_MAX_MSGS.
enum { UMWELT_I2C_MAX_MESSAGES = 42 };

enum {
  UMWELT_I2C_PLAIN = 1,     // plain I2C transfers: I2C_FUNC_I2C
  UMWELT_I2C_READ_BYTE = 2  // SMBus "receive byte": what the probe uses
};

// One leg: START, the address, `count` bytes in either direction.
struct umwelt_i2c_message {
  uint8_t *bytes;
  uint16_t count;
  uint8_t address;  // 7 bits
  uint8_t is_read;
};

// What the adapter can do, as a sum of the bits above.
int32_t umwelt_i2c_abilities(
    const struct umwelt_system *system, int32_t file, uint32_t *abilities);
// For the whole adapter, in steps of 10 ms, rounded up.
int32_t umwelt_i2c_set_timeout(
    const struct umwelt_system *system, int32_t file, uint32_t milliseconds);
// All messages with repeated STARTs between them and one STOP at the end; 1 to 42 of them.
int32_t umwelt_i2c_transfer(
    const struct umwelt_system *system, int32_t file, const struct umwelt_i2c_message *messages,
    uint32_t count);
// Whether a chip acknowledges its address: reads one byte, which no chip of ours minds. -EBUSY when
// a kernel driver has it, -ENXIO or another errno when nobody answers.
int32_t umwelt_i2c_probe(const struct umwelt_system *system, int32_t file, uint8_t address);

// Serial lines.

// Raw, 8N1, no flow control, no modem lines, for us alone, nothing left in the queues. -EINVAL when
// the port rounds the rate by more than 2 %; `actual_baud` is what it really runs at.
int32_t umwelt_serial_start(
    const struct umwelt_system *system, int32_t file, uint32_t baud, uint32_t *actual_baud);
// Bytes that were written and are not yet sent.
int32_t umwelt_serial_pending(
    const struct umwelt_system *system, int32_t file, uint32_t *count);

// Watchdogs.

struct umwelt_watchdog_facts {
  uint8_t can_set_timeout;
  uint8_t has_magic_close;
  uint8_t tells_reset;     // whether `caused_reset` means anything
  uint8_t caused_reset;
  char identity[32];
};

int32_t umwelt_watchdog_facts(
    const struct umwelt_system *system, int32_t file, struct umwelt_watchdog_facts *facts);
// Asks for a timeout and tells the one that the hardware took.
int32_t umwelt_watchdog_set_timeout(
    const struct umwelt_system *system, int32_t file, uint32_t *seconds);
int32_t umwelt_watchdog_timeout(
    const struct umwelt_system *system, int32_t file, uint32_t *seconds);

#endif
