// SPDX-License-Identifier: Apache-2.0
import MallocCount

/// Whether this is optimised: other code boxes what optimised code does not.
package let isOptimised: Bool = {
  var isOptimised = true
  assert(
    {
      isOptimised = false
      return true
    }())
  return isOptimised && umwelt_malloc_count_works()
}()
