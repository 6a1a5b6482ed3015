# SPDX-License-Identifier: Apache-2.0
"""Tests of the tool itself: `tools/mutate --self-test`."""

import tempfile
import unittest
from pathlib import Path

import equivalents
import report
from choices import alternatives, enum_cases
from schema import mutated
from sites import Finder, Mutant
from source import Source
from tokens import tokenise


def changes(text):
    """What would be changed in a file: the changes of all its mutants."""
    source = Source("Sources/M/F.swift", text)
    sites = Finder(source, enum_cases([source])).find()
    return [mutant.change for site in sites for mutant in site.mutants]


def body(lines):
    return "struct S {\n  mutating func f() {\n    " + lines + "\n  }\n}\n"


class TokenTests(unittest.TestCase):
    def test_strings_and_comments_are_one_piece(self):
        text = 'let a = "x \\(b + "}") < y" // a < b\n/* 1 /* 2 */ */ let c = #"\\("#'
        kinds = [(token.kind, token.text) for token in tokenise(text)]
        self.assertIn(("string", '"x \\(b + "}") < y"'), kinds)
        self.assertIn(("string", '#"\\("#'), kinds)
        self.assertNotIn(("operator", "<"), kinds)

    def test_lines_count_on_behind_text_of_many_lines(self):
        tokens = tokenise('let a = """\n  x\n  """\nlet b = 1')
        self.assertEqual([token.line for token in tokens if token.text == "b"], [4])


class SiteTests(unittest.TestCase):
    def test_operators_are_changed_but_not_generics_or_arrows(self):
        found = changes("func f(a: SIMD8<Double>) -> Int? { a.x < 1 ? nil : 2 }\n")
        self.assertIn("< to <=", found)
        self.assertEqual(sum("<" in change for change in found), 2)

    def test_each_condition_is_forced_both_ways_and_bindings_to_false(self):
        found = changes(body("if let a = b, a > c || d { e = 1 }"))
        for change in ("(let a = b) to false", "(a > c || d) to true", "(a > c || d) to false"):
            self.assertIn(change, found)

    def test_statements_are_left_out_but_not_declarations(self):
        found = changes(body("let a = b\n    g(\n      a)\n    c = d"))
        removed = [change for change in found if change.startswith("without")]
        self.assertEqual(removed, ["without `g( a)`", "without `c = d`"])

    def test_initialisers_keep_their_assignments(self):
        found = changes("struct S {\n  init(a: Int) {\n    self.a = a\n  }\n}\n")
        self.assertEqual(found, [])

    def test_patterns_preconditions_and_raw_values_stay(self):
        text = "enum E: Int {\n  case a = 3\n}\n" + body(
            "precondition(x > 1)\n    switch x {\n    case 1...2: y = z\n    default: break\n    }")
        found = changes(text)
        self.assertEqual([c for c in found if "1" in c or "3" in c or ">" in c], [])
        self.assertIn("without `y = z`", found)

    def test_cases_of_a_switch_that_is_a_bool_are_true_and_false(self):
        found = changes("var a: Bool {\n  switch self {\n  case .b: c\n  default: false\n  }\n}\n")
        self.assertEqual(found, ["false to true", "case is true", "case is false"])

    def test_reasons_are_swapped_for_the_next_of_their_enum(self):
        found = changes("enum E {\n  case a, b\n}\n" + body("x = .a"))
        self.assertIn(".a to .b", found)

    def test_results_become_the_constant_of_their_type(self):
        found = changes("func f() -> Int? {\n  if a { return b }\n  return nil\n}\n")
        self.assertIn("return nil", found)
        self.assertIn("f is always []", changes("func f() -> [Int] { a.map(b) }\n"))

    def test_numbers_have_neighbours(self):
        self.assertEqual(alternatives("0"), ("1",))
        self.assertEqual(alternatives("0x0F"), ("16", "14"))
        self.assertEqual(alternatives("0.5"), ("1.0", "0.25"))

    def test_the_same_change_twice_in_a_line_has_two_names(self):
        found = changes(body("x = a < b && c < d"))
        self.assertIn("< to <=", found)
        self.assertIn("< to <= #2", found)


class SchemaTests(unittest.TestCase):
    def test_edits_at_one_place_nest(self):
        source = Source("Sources/M/F.swift", body("if a < 1 { b = 2 }"))
        sites = Finder(source, {}).find()
        for number, mutant in enumerate(m for site in sites for m in site.mutants):
            mutant.id = number
        text, places = mutated(source, sites)
        self.assertEqual(text.count("{"), text.count("}"))
        self.assertEqual(text.count("("), text.count(")"))
        self.assertIn("{ b = mutantLiteral(", text)
        self.assertEqual(len(text.split("\n")), len(source.lines))
        self.assertTrue(all(line <= len(source.lines) for line, _, _ in places))

    def test_without_sites_nothing_changes(self):
        source = Source("Sources/M/F.swift", body("a = b"))
        self.assertEqual(mutated(source, [])[0], source.text)


class ReportTests(unittest.TestCase):
    def mutant(self, fate, reason=""):
        mutant = Mutant("F.swift", 1, 1, "a < b", "< to <=")
        mutant.fate, mutant.reason, mutant.test = fate, reason, ""
        return mutant

    def test_the_score_leaves_out_what_no_test_can_tell(self):
        mutants = [self.mutant("killed"), self.mutant("timeout"), self.mutant("survived"),
                   self.mutant("survived", "equal"), self.mutant("unmet")]
        self.assertEqual(report.score(report.total(mutants)), 0.5)
        self.assertIn("score 50.0% (40.0% with", report.text(mutants, [], [], 1))

    def test_the_list_is_read_and_a_block_without_reason_is_none(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "list"
            path.write_text("# head\n\nF.swift: a: b < c\n< to <=\nwhy\nso\n")
            self.assertEqual(equivalents.read(path), {("F.swift", "a: b < c", "< to <="): "why so"})
            path.write_text("F.swift: a < b\n< to <=\n")
            self.assertRaises(equivalents.BadList, equivalents.read, path)


if __name__ == "__main__":
    unittest.main()
