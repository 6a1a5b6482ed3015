// SPDX-License-Identifier: Apache-2.0

/// Looks at what passes between the layers of a model: name of the stage, values, how many.
///
/// The values are the engine's own and change with the next layer. For checks against a reference;
/// on a robot there is none.
package typealias StageProbe = (String, UnsafePointer<Float>, Int) -> Void
