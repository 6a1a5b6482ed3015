// SPDX-License-Identifier: Apache-2.0
import Quantities
import Safety
import Testing
