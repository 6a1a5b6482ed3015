// SPDX-License-Identifier: Apache-2.0

/// Standard gravity, m/s2. Source: 3rd CGPM (1901), resolution 2.
public let standardGravityMS2 = 9.80665
