# SPDX-License-Identifier: Apache-2.0
"""Where a Swift file can be changed, and into what."""

from dataclasses import dataclass, field

from choices import INFIX, PREFIX, ROUNDING, alternatives, constant
from source import Source

# A statement that begins with one of these is none that can be left out.
UNREMOVABLE = {
    "let", "var", "if", "guard", "switch", "for", "while", "return", "throw", "break", "continue",
    "defer", "do", "repeat", "func", "case", "default", "else", "struct", "enum", "import", "static",
    "public", "package", "private", "fileprivate", "internal", "mutating", "init", "extension",
    "fallthrough", "typealias", "nonisolated", "where", "try", "catch", "subscript", "protocol",
    "final", "class", "get", "set", "indirect", "precondition", "preconditionFailure", "lazy", "weak",
}


@dataclass
class Mutant:
    """One change, with an id that is its own in the whole run."""

    path: str
    line: int
    column: int
    text: str
    change: str
    id: int = -1
    module: str = ""

    @property
    def key(self):
        return (self.path, self.text, self.change)


@dataclass
class Site:
    """One place with its mutants: they come into the build, or fall out of it, together."""

    kind: str
    start: int
    end: int
    mutants: list
    # The operator or literal there, or what an insertion needs.
    value: str = ""
    extra: tuple = ()
    variant: int = 0
    fields: dict = field(default_factory=dict)


class Finder:
    def __init__(self, source: Source, cases):
        self.source, self.cases = source, cases
        self.sites, self.seen = [], {}

    def find(self):
        for index, token in enumerate(self.source.tokens):
            if index in self.source.hidden:
                continue
            if token.kind == "operator":
                self._operator(index, token)
            elif token.kind == "number":
                self._number(index, token)
            elif token.kind == "word":
                self._word(index, token)
            self._statement(index)
        for block in self.source.blocks:
            self._function(block)
        return self.sites

    def add(self, kind, first, last, changes, **more):
        """A site from one token to another, with a mutant for each change."""
        tokens = self.source.tokens
        line = tokens[first].line
        column = tokens[first].start - self.source.text.rfind("\n", 0, tokens[first].start)
        text = self.source.line_text(line)
        mutants = []
        for change in changes:
            # The same change twice in a line is told apart by its number.
            count = self.seen[(text, change)] = self.seen.get((text, change), 0) + 1
            name = change if count == 1 else f"{change} #{count}"
            mutants.append(Mutant(self.source.path, line, column, text, name))
        self.sites.append(Site(kind, tokens[first].start, tokens[last].end, mutants, **more))

    def _operator(self, index, token):
        if self.source.is_word(index - 1, "func"):
            return None
        if token.text in ("..<", "...") and not token.open_after and token.is_infix:
            pass
        elif token.text == "?" and token.open_before and token.open_after:
            return self.add(
                "condition", index - 1, index - 1, ("? true", "? false"), value="condition")
        elif token.is_prefix and token.text in PREFIX:
            return self.add("prefix", index, index, (f"no {token.text}",), value=token.text)
        elif not (token.open_before and token.open_after) or token.text not in INFIX:
            return None
        others, _ = INFIX[token.text]
        changes = [f"{token.text} to {other}" for other in others]
        return self.add("infix", index, index, changes, value=token.text, extra=others)

    def _number(self, index, token):
        source = self.source
        if source.is_mark(index - 1, ".") or source.blocks.get(source.parents[index]) == "enum":
            return
        others = alternatives(token.text)
        self.add(
            "literal", index, index, [f"{token.text} to {other}" for other in others],
            value=token.text, extra=others)

    def _word(self, index, token):
        source, text = self.source, token.text
        if text in ("true", "false"):
            other = "false" if text == "true" else "true"
            self.add("literal", index, index, (f"{text} to {other}",), value=text, extra=(other,))
        elif text in ("min", "max") and source.is_mark(index + 1, "(") and (
            not source.is_mark(index - 1, ".")
        ):
            other = "max" if text == "min" else "min"
            self.add("extreme", index, index, (f"{text} to {other}",), value=text)
        elif text in ("if", "guard", "while") and not source.is_mark(index - 1, ".", "#"):
            self._conditions(index, {"else"} if text == "guard" else {"{"})
        elif text == "where" and self._filters(index):
            last = source.clause_end(index + 1, {"{", ":"}) - 1
            self._condition(index + 1, last)
        elif text == "return":
            self._return(index)
        elif source.is_mark(index - 1, "."):
            self._member(index, text)

    def _filters(self, index):
        """Whether this `where` belongs to a loop or a case, not to a generic declaration."""
        line = self.source.tokens[index].line
        while index > 0:
            index -= 1
            if self.source.is_word(index, "for", "case"):
                return True
            if self.source.is_word(index, "func", "extension", "struct", "init"):
                return False
            if self.source.tokens[index].line < line - 3:
                return False
        return False

    def _conditions(self, keyword, stops):
        first = keyword + 1
        while True:
            end = self.source.clause_end(first, stops | {","})
            self._condition(first, end - 1)
            if end >= len(self.source.tokens) or self.source.tokens[end].text != ",":
                return
            first = end + 1

    def _condition(self, first, last):
        if last < first:
            return
        shown = " ".join(self.source.text_of(first, last).split())
        if self.source.is_word(first, "let", "var", "case", "#available"):
            self.add("clause", first, last, (f"({shown}) to false",), value="clause")
        else:
            self.add(
                "condition", first, last, (f"({shown}) to true", f"({shown}) to false"),
                value="condition")

    def _return(self, index):
        source = self.source
        block = source.function_of(index)
        result = source.result_of(block) if block >= 0 else None
        last = source.statement_end(index)
        if result is None or last == index or source.text_of(index + 1, last) == "nil":
            return
        if source.is_word(index + 1, "switch", "if"):
            return self._cases(index + 1, last) if result == "Bool" else None
        other = constant(result)
        if result == "":
            self.add("leave", index, last, ("the call left out",), value="return")
        elif result == "Bool":
            self._bool_value(index + 1, last, ("return true", "return false"))
        elif other and source.text_of(index + 1, last) != other:
            self.add("result", index + 1, last, (f"return {other}",), value=other)

    def _member(self, index, name):
        source = self.source
        before = source.tokens[index - 2] if index > 1 else None
        if before and not source.tokens[index - 1].open_before and not (
            before.kind == "mark" and before.text in "([{,:"
        ):
            return  # a member of something
        if source.is_mark(index + 1, "(", ".") and not source.tokens[index].open_after:
            return
        other = ROUNDING.get(name) or self.cases.get(name)
        if other and other != name:
            self.add(
                "member", index - 1, index, (f".{name} to .{other}",), value=name, extra=(other,))

    def _statement(self, index):
        source, token = self.source, self.source.tokens[index]
        parent = source.parents[index]
        kind = source.blocks.get(parent)
        if kind not in ("function", "initialiser", "property", "closure", "control", "switch"):
            return
        opens = source.starts_line(index) or parent == index - 1 or (
            source.is_mark(index - 1, ":") and index - 1 not in source.hidden
            and self._follows_case(index - 1))
        if not opens or (token.kind != "word" and token.text != "(") or token.text in UNREMOVABLE:
            return
        if index > 0 and source.starts_line(index) and source._goes_on(index - 1, index):
            return
        if token.text == "self" and source.is_word(index + 2, "init"):
            return
        last = source.statement_end(index)
        operators = [
            where for where in range(index, last + 1)
            if source.parents[where] == parent and source.tokens[where].kind == "operator"
            and source.tokens[where].is_infix]
        assigns = [o for o in operators if INFIX.get(source.tokens[o].text, ((), ""))[1]
                   == "Assignment" or source.tokens[o].text == "="]
        if not assigns and not self._is_call(index, last, operators):
            return
        block = source.function_of(index)
        if assigns and source.blocks.get(block) == "initialiser":
            return  # every property must have a value
        shown = " ".join(source.text_of(index, last).split())
        self.add("statement", index, last, (f"without `{shown}`",), value="statement")

    def _is_call(self, first, last, operators):
        """Whether this is a call for its effect: not the value of a block without `return`."""
        source = self.source
        block = source.function_of(first)
        if operators or not source.is_mark(last, ")"):
            return False
        result = source.result_of(block)
        if result == "":
            return True
        # Behind a case it may be the value of a `return switch`.
        return bool(result) and source.returns_explicitly(block) and source.starts_line(first)

    def _follows_case(self, colon):
        index = colon
        while index >= 0 and self.source.parents[index] == self.source.parents[colon]:
            if self.source.is_word(index, "case", "default"):
                return True
            if index != colon and self.source.is_mark(index, ":", "{", "}"):
                return False
            index -= 1
        return False

    def _function(self, block):
        source = self.source
        if source.blocks[block] not in ("function", "property"):
            return
        result = source.result_of(block)
        first, last = block + 1, source.pairs[block] - 1
        if result is None or last < first or source.is_word(first, "get", "set", "didSet"):
            return
        if result == "":
            name = self._name(block)
            return self.add("body", first, first, (f"{name} does nothing",), value="return")
        if source.returns_explicitly(block):
            return None
        if result == "Bool":
            return self._bool(block, first, last)
        other = constant(result)
        if other:
            name = self._name(block)
            self.add("value", first, first, (f"{name} is always {other}",), value=other)
        return None

    def _bool(self, block, first, last):
        """A Bool without `return`: each case of its switch, or its one expression."""
        source = self.source
        if not source.is_word(first, "switch", "if"):
            return self.add(
                "condition", first, last, ("always true", "always false"), value="condition")
        return self._cases(first, last)

    def _cases(self, first, last):
        """The values of the cases of a switch that is a Bool."""
        source = self.source
        for index in range(first, last):
            if source.is_mark(index, ":") and index not in source.hidden and (
                self._follows_case(index) and not source.is_word(index + 1, "if", "switch")
            ):
                end = source.statement_end(index + 1)
                self._bool_value(index + 1, end, ("case is true", "case is false"))

    def _bool_value(self, first, last, changes):
        """A value forced both ways; a literal is changed as such."""
        if not (first == last and self.source.is_word(first, "true", "false")):
            self.add("condition", first, last, changes, value="condition")

    def _name(self, block):
        index = block
        while index > 0 and not self.source.is_word(index, "func", "var", "subscript"):
            index -= 1
        return self.source.tokens[index + 1].text
