// SPDX-License-Identifier: Apache-2.0
import Estimation
import Quantities
import Testing

struct Matrix3Tests {
  @Test("A matrix times its inverse is the identity, a singular one has none")
  func inverse() throws {
    let m = Matrix3(rows: (Vector3(2, 1, 0), Vector3(-1, 3, 0.5), Vector3(0.2, 0, 1)))
    let product = m * (try #require(m.inverse))
    for axis in [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)] {
      #expect((product * axis - axis).norm < 1e-12)
    }
    let flat = Matrix3(rows: (Vector3(1, 2, 3), Vector3(2, 4, 6), Vector3(0, 0, 1)))
    #expect(flat.inverse == nil)
  }

  @Test("Rows become columns, and a product is one matrix after the other")
  func product() {
    let m = Matrix3(rows: (Vector3(1, 2, 3), Vector3(4, 5, 6), Vector3(7, 8, 10)))
    #expect(m.transposed.rows.0 == Vector3(1, 4, 7))
    let x = Vector3(1, 0, 0)
    let (together, oneByOne) = ((m * m.transposed) * x, m * (m.transposed * x))
    #expect(together == oneByOne)
    #expect(m.determinant == -3)
  }
}
