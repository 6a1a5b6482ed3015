// SPDX-License-Identifier: Apache-2.0

/// Which mind drives.
enum PlannerKind: String, CaseIterable {
  case model, oracle, random, noop
  case randomEncoder = "random-encoder"
}
