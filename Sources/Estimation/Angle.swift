// SPDX-License-Identifier: Apache-2.0

/// Units: rad from degrees.
@inlinable
public func radians(degrees: Double) -> Double { degrees * .pi / 180 }

/// Units: degrees from rad.
@inlinable
public func degrees(radians: Double) -> Double { radians * 180 / .pi }
