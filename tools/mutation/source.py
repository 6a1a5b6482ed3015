# SPDX-License-Identifier: Apache-2.0
"""One Swift file: its tokens, blocks and functions."""

from tokens import partners, tokenise

BLOCK_WORDS = {
    "func": "function", "init": "initialiser", "subscript": "function", "get": "getter",
    "if": "control", "guard": "control", "while": "control", "for": "control", "switch": "switch",
    "else": "control", "do": "control", "catch": "control", "defer": "control", "repeat": "control",
    "enum": "enum", "struct": "type", "class": "type", "actor": "type", "extension": "type",
    "protocol": "type", "return": "closure", "case": "closure", "in": "closure", "set": "function",
}
# What a preconditon guards is a programmer's mistake: mutants there would end the test process.
UNMUTATED = {"precondition", "preconditionFailure", "assert", "fatalError"}


class Source:
    def __init__(self, path, text):
        self.path, self.text = path, text
        self.lines = text.split("\n")
        self.tokens = tokenise(text)
        self.pairs = partners(self.tokens)
        # The bracket that each token is in, by index; -1 outside all of them.
        self.parents = self._parents()
        self.blocks = {
            index: self._kind(index)
            for index, token in enumerate(self.tokens)
            if token.kind == "mark" and token.text == "{"
        }
        self.hidden = self._hidden()

    def text_of(self, first, last):
        """From one token to another, both included."""
        return self.text[self.tokens[first].start : self.tokens[last].end]

    def line_text(self, line):
        return self.lines[line - 1].strip()

    def is_word(self, index, *words):
        return 0 <= index < len(self.tokens) and (
            self.tokens[index].kind == "word" and self.tokens[index].text in words
        )

    def is_mark(self, index, *marks):
        return 0 <= index < len(self.tokens) and (
            self.tokens[index].kind in ("mark", "operator") and self.tokens[index].text in marks
        )

    def starts_line(self, index):
        return index == 0 or self.tokens[index].line > self._last_line(index - 1)

    def _last_line(self, index):
        token = self.tokens[index]
        return token.line + token.text.count("\n")

    def _parents(self):
        parents, stack = [], [-1]
        for index, token in enumerate(self.tokens):
            if token.kind == "mark" and token.text in ")]}" and len(stack) > 1:
                stack.pop()
            parents.append(stack[-1])
            if token.kind == "mark" and token.text in "([{":
                stack.append(index)
        return parents

    def _kind(self, opening):
        """What a `{` begins: backwards to the word that says so."""
        index = opening - 1
        has_value = False
        while index >= 0:
            token = self.tokens[index]
            if token.kind == "mark" and token.text in ")]":
                index = self.pairs[index] - 1
                continue
            if token.kind == "mark" and token.text in "([{}":
                return "closure"
            if token.kind == "operator" and token.text == "=":
                has_value = True
            if token.kind == "word" and not self.is_mark(index - 1, "."):
                if token.text in ("let", "var"):
                    if not self.is_word(index - 1, "if", "guard", "while", "case", "for") and not (
                        self.is_mark(index - 1, ",")
                    ):
                        return "closure" if has_value else "property"
                elif token.text == "in" and has_value is False and self._is_loop(index):
                    return "control"
                elif token.text in BLOCK_WORDS:
                    return BLOCK_WORDS[token.text]
            index -= 1
        return "closure"

    def _is_loop(self, index):
        line = self.tokens[index].line
        while index >= 0 and self.tokens[index].line == line:
            if self.is_word(index, "for"):
                return True
            index -= 1
        return False

    def clause_end(self, first, stops):
        """The index of the next token outside brackets that is one of `stops`."""
        index = first
        while index < len(self.tokens):
            token = self.tokens[index]
            if token.text in stops and token.kind != "string":
                return index
            if token.kind == "mark" and token.text in "([{":
                index = self.pairs[index]
            elif token.kind == "mark" and token.text in ")]}":
                return index
            index += 1
        return index

    def _hidden(self):
        """Tokens that are patterns, cases of an enum or arguments of a precondition."""
        hidden = set()
        for index, token in enumerate(self.tokens):
            if token.kind != "word":
                continue
            if token.text in UNMUTATED and self.is_mark(index + 1, "("):
                hidden.update(range(index, self.pairs[index + 1] + 1))
            elif token.text == "case" and not self.is_mark(index - 1, "."):
                hidden.update(range(index, self._pattern_end(index)))
            elif token.text.startswith("@"):
                hidden.add(index)
        return hidden

    def _pattern_end(self, case):
        if self.blocks.get(self.parents[case]) == "enum":
            index = case + 1
            while not self.starts_line(index) or self.is_mark(index - 1, ","):
                index += 1
            return index
        return self.clause_end(case + 1, {":", "=", "where"})

    def function_of(self, index):
        """The block of the function, property or closure that a token is in; -1 for none."""
        parent = self.parents[index]
        while parent >= 0:
            if self.blocks.get(parent) in (
                "function", "initialiser", "getter", "property", "closure"
            ):
                return parent
            parent = self.parents[parent]
        return -1

    def result_of(self, block):
        """The type that a function's or property's block returns; "" for none, None if unknown."""
        kind = self.blocks.get(block)
        if kind in ("initialiser", "getter", "closure"):
            return "" if kind == "initialiser" else None
        index = block - 1
        while index >= 0 and not self.is_word(index, "func", "subscript", "var", "set"):
            index = self.pairs[index] - 1 if self.is_mark(index, ")", "]") else index - 1
        if self.is_word(index, "set"):
            return ""
        stop = ":" if self.is_word(index, "var") else "->"
        arrow = self.clause_end(index + 1, {stop, "{"})
        if self.tokens[arrow].text == "{":
            return ""
        last = block - 1
        for where in range(arrow, block):
            if self.is_word(where, "where"):
                last = where - 1
        return " ".join(self.text_of(arrow + 1, last).split())

    def returns_explicitly(self, block):
        return any(
            self.is_word(index, "return") and self.function_of(index) == block
            for index in range(block, self.pairs[block])
        )

    def statement_end(self, first):
        """The index of the last token of the statement that begins here."""
        index = first
        while True:
            token = self.tokens[index]
            if token.kind == "mark" and token.text in "([{":
                index = self.pairs[index]
            following = index + 1
            if following >= len(self.tokens) or self.is_mark(following, "}", ")", "]", ";"):
                return index
            if self.starts_line(following) and not self._goes_on(index, following):
                return index
            index = following

    def _goes_on(self, index, following):
        after = self.tokens[following]
        if self.is_mark(following, ".", ":") or after.is_infix:
            return True
        return self.is_mark(index, ",") or self.tokens[index].is_infix
