// SPDX-License-Identifier: Apache-2.0
// Counts what one thread asks of malloc and its kin, by standing in for glibc's own in the process
// that links this. Off until a thread asks for it.
#ifndef UMWELT_MALLOC_COUNT_H
#define UMWELT_MALLOC_COUNT_H
#include <stdbool.h>
#include <stdint.h>

// Calls since `umwelt_malloc_count_start`.
typedef struct {
  int64_t allocations;  // malloc, calloc, realloc, posix_memalign, aligned_alloc, memalign
  int64_t frees;        // free of what is not NULL; a realloc counts as an allocation only
} umwelt_malloc_counts;

// False where the C library is not glibc, and under a sanitiser, which stands in itself.
bool umwelt_malloc_count_works(void);

// Counts this thread's calls from zero.
void umwelt_malloc_count_start(void);

// What is called in between is not counted.
void umwelt_malloc_count_pause(void);
void umwelt_malloc_count_resume(void);

// Stops, and returns the counts.
umwelt_malloc_counts umwelt_malloc_count_stop(void);
#endif
