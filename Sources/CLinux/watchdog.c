// SPDX-License-Identifier: Apache-2.0
#include <linux/watchdog.h>
#include <string.h>
#include <sys/ioctl.h>

#include "CLinux.h"

int32_t umwelt_watchdog_facts(
    const struct umwelt_system *system, int32_t file, struct umwelt_watchdog_facts *facts) {
  memset(facts, 0, sizeof *facts);
  struct watchdog_info info;
  memset(&info, 0, sizeof info);
  int32_t result = system->ioctl(system->context, file, WDIOC_GETSUPPORT, &info);
  if (result < 0) return result;
  facts->can_set_timeout = (info.options & WDIOF_SETTIMEOUT) != 0;
  facts->has_magic_close = (info.options & WDIOF_MAGICCLOSE) != 0;
  memcpy(facts->identity, info.identity, sizeof facts->identity - 1);
  int boot = 0;
  if (system->ioctl(system->context, file, WDIOC_GETBOOTSTATUS, &boot) < 0) return 0;
  facts->caused_reset = (boot & WDIOF_CARDRESET) != 0;
  facts->tells_reset = facts->caused_reset || (info.options & WDIOF_CARDRESET);
  return 0;
}

int32_t umwelt_watchdog_set_timeout(
    const struct umwelt_system *system, int32_t file, uint32_t *seconds) {
  int value = (int)*seconds;
  int32_t result = system->ioctl(system->context, file, WDIOC_SETTIMEOUT, &value);
  if (result < 0) return result;
  // Some drivers tell the rounded value only when they are asked for it; where they cannot be
  // asked, what the call above left in `value` stands.
  system->ioctl(system->context, file, WDIOC_GETTIMEOUT, &value);
  *seconds = (uint32_t)value;
  return 0;
}

int32_t umwelt_watchdog_timeout(
    const struct umwelt_system *system, int32_t file, uint32_t *seconds) {
  int value = 0;
  int32_t result = system->ioctl(system->context, file, WDIOC_GETTIMEOUT, &value);
  if (result < 0) return result;
  *seconds = (uint32_t)value;
  return 0;
}
