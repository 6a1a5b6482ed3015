// SPDX-License-Identifier: Apache-2.0
// What processes have to do with each other and with the scheduler: words in shared memory, sockets
// of packets, priority, locked memory, the request to end, and a file that replaces another whole.
//
// Unless said otherwise a function returns 0, or -errno.
#ifndef UMWELT_CLINUX_PROCESS_H
#define UMWELT_CLINUX_PROCESS_H

#include <stdint.h>

// Words in shared memory.

enum { UMWELT_LANE_WORDS = 8 };

// Opens a file of two lanes of words, of which this process writes lane 0 or 1, and makes it where
// `makes` says so and nothing is in it. Returns a file; -EPROTO when it is another's file, -EAGAIN
// when the lane has a writer: `holder` is its process, 0 where that is not known.
int32_t umwelt_share(const char *path, int32_t makes, uint32_t lane, int32_t *holder);
int32_t umwelt_unshare(int32_t file);
// A read that meets a write may mix the two: the last word must tell whether the others belong to
// it. Neither waits, where the file lies in memory (tmpfs). A file that was cut off is made whole by
// the next store; until then -EPROTO, and all words are 0.
int32_t umwelt_store_words(int32_t file, uint32_t lane, const uint64_t *words);
int32_t umwelt_load_words(int32_t file, uint32_t lane, uint64_t *words);

// Sockets of packets (SOCK_SEQPACKET): one send is one receive. "file" is a file descriptor.

// Takes the place of a socket that nobody serves any more. Returns a file.
int32_t umwelt_listen(const char *path);
// Returns a file that never waits; -EAGAIN when nobody knocks.
int32_t umwelt_accept(int32_t file);
// Returns a file whose receives end with -EAGAIN after a second.
int32_t umwelt_connect(const char *path);
// The same for sockets of bytes (SOCK_STREAM), where a send may take a part and both ends never wait.
int32_t umwelt_listen_stream(const char *path);
int32_t umwelt_connect_stream(const char *path);
// Returns how much was sent: all or nothing, where it is a packet.
int64_t umwelt_send(int32_t file, const void *bytes, uint64_t count);
// Returns how long the packet was, or -ECONNRESET when the other side is gone, or -EMSGSIZE when it
// was longer than `count`.
int64_t umwelt_receive(int32_t file, void *bytes, uint64_t count);
// Waits until one of the files can be read or has ended; sets those in `is_ready`.
int32_t umwelt_wait(
    const int32_t *files, uint32_t count, int32_t milliseconds, uint8_t *is_ready);
enum { UMWELT_MOST_WAITED = 16 };
int32_t umwelt_hang_up(int32_t file);

// The process.

// All pages, now and later, stay in memory.
int32_t umwelt_lock_memory(void);
// First in, first out, before all threads of lower priority (1 to 99); not for children.
int32_t umwelt_take_priority(int32_t priority);
// From now on SIGINT, SIGTERM and SIGHUP only ask.
void umwelt_hear_end(void);
int32_t umwelt_is_end_asked(void);
// Writes to standard error, up to 4096 bytes and only if that needs no waiting: a reader that stands
// still must not hold whoever has more to do than talk.
void umwelt_tell(const void *bytes, uint64_t count);
// Seconds since 1970.
int64_t umwelt_wall_s(void);

// A file that is replaced whole, without asking for memory.

struct umwelt_record;

// The file `path` and, next to it, the one that takes its place, with room for `size` bytes.
int32_t umwelt_open_record(const char *path, uint32_t size, struct umwelt_record **record);
// On disk under the file's name, whole or not at all, when this returns.
int32_t umwelt_write_record(struct umwelt_record *record, const void *bytes, uint32_t count);
void umwelt_close_record(struct umwelt_record *record);

#endif
