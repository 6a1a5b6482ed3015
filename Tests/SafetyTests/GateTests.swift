// SPDX-License-Identifier: Apache-2.0
import Quantities
import Testing

@testable import Safety
