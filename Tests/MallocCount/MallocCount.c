// SPDX-License-Identifier: Apache-2.0
#include "MallocCount.h"

#include <errno.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITISED 1
#endif
#endif

static __thread bool counting;
static __thread umwelt_malloc_counts counts;

void umwelt_malloc_count_start(void) {
  counts = (umwelt_malloc_counts){0, 0};
  counting = true;
}

void umwelt_malloc_count_pause(void) { counting = false; }

void umwelt_malloc_count_resume(void) { counting = true; }

umwelt_malloc_counts umwelt_malloc_count_stop(void) {
  counting = false;
  return counts;
}

#if defined(__GLIBC__) && !defined(SANITISED)
// glibc's own names for its allocator (malloc/malloc.c), kept for those who stand in.
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

bool umwelt_malloc_count_works(void) { return true; }

void *malloc(size_t size) {
  if (counting) counts.allocations++;
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  if (counting) counts.allocations++;
  return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
  if (counting) counts.allocations++;
  return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
  if (counting) counts.allocations++;
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) {
    return EINVAL;
  }
  void *made = memalign(alignment, size);
  if (made == NULL) return ENOMEM;
  *block = made;
  return 0;
}

void free(void *block) {
  if (counting && block != NULL) counts.frees++;
  __libc_free(block);
}
#else
bool umwelt_malloc_count_works(void) { return false; }
#endif
