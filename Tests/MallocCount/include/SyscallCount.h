// SPDX-License-Identifier: Apache-2.0
// Catches the first system call that one thread makes (Linux, "Syscall User Dispatch",
// Documentation/admin-guide/syscall-user-dispatch.rst). x86_64 only.
#ifndef UMWELT_SYSCALL_COUNT_H
#define UMWELT_SYSCALL_COUNT_H
#include <stdbool.h>
#include <stdint.h>

// Whether kernel and processor can do it, and no sanitiser is in the way.
bool umwelt_syscall_trap_works(void);

// From here on this thread's next system call is caught, and done.
void umwelt_syscall_trap_set(void);

// Catches no more. Returns the number of the call that was caught, or -1.
int64_t umwelt_syscall_trap_end(void);
#endif
