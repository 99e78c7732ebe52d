"""A call, list, tuple, set or dict as the pieces between its brackets, every blank and comment among them.

libcst takes it apart; what is done to the pieces is done to text, so that whatever is not touched stays as
it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lint_keras_acc.fixing.text import NEWLINE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import libcst as cst

    Code = Callable[[cst.CSTNode], str]

_LINE_BREAK = re.compile(r"(?:[ \t\f]*\\)?(?:\r\n|\r|\n)")
_LAST_BREAK = re.compile(r"(?:[ \t\f]*\\)?(?:\r\n|\r|\n)[ \t\f]*\Z")


@dataclass(frozen=True)
class Element:
    """One element or argument.

    key:     its place as it was parsed; None for one that was added.
    prefix:  what stands before the value: `name = `, `*`, `**`, or nothing.
    after:   blanks and comments behind the comma, or behind the element where it has no comma.
    grouped: the value stands in parentheses of its own.
    """

    key: int | None
    value: str
    prefix: str = ""
    keyword: str | None = None
    grouped: bool = False
    before_comma: str = ""
    comma: bool = False
    after: str = ""

    @property
    def starred(self) -> bool:
        return self.keyword is None and self.prefix.startswith("*")

    @property
    def double_starred(self) -> bool:
        return self.prefix.startswith("**")

    def render(self) -> str:
        return f"{self.prefix}{self.value}{self.before_comma}{',' if self.comma else ''}{self.after}"


@dataclass(frozen=True)
class Elements:
    """What stands between two brackets. `lead` are the blanks and comments behind the first bracket."""

    opening: str
    lead: str
    items: tuple[Element, ...]
    closing: str

    def render(self) -> str:
        return self.opening + self.lead + "".join(item.render() for item in self.items) + self.closing

    def index(self, key: int) -> int:
        return next(index for index, item in enumerate(self.items) if item.key == key)

    def with_item(self, index: int, item: Element) -> Elements:
        return replace(self, items=(*self.items[:index], item, *self.items[index + 1 :]))

    def with_argument(self, name: str, value: str) -> Elements:
        """Give a call a keyword argument: in the place of the one that it has, before `**`, or last."""
        for index, item in enumerate(self.items):
            if item.keyword == name:
                return self.with_item(index, replace(item, value=value))
        added = Element(None, value, f"{name}=", name)
        for index, item in enumerate(self.items):
            if item.double_starred:
                return self._inserted(index, added)
        return self._appended(added)

    def without(self, key: int) -> Elements:
        """Take an element out, with its comma and with the comment that is on its own line."""
        index = self.index(key)
        item = self.items[index]
        is_last = index == len(self.items) - 1
        after = item.before_comma + item.after if "#" in item.before_comma else item.after
        gap = _joined(self._gap_before(index), after, is_last)
        rest = (*self.items[:index], *self.items[index + 1 :])
        if index == 0:
            lead = _behind_bracket(self.lead, gap) if rest or "#" in gap else ""
            return replace(self, lead=lead, items=rest)
        previous = replace(self.items[index - 1], after=gap)
        if is_last and not item.comma:
            keep = "#" in previous.before_comma
            previous = replace(previous, comma=False, before_comma=previous.before_comma if keep else "", after=gap)
        return replace(self, items=rest).with_item(index - 1, previous)

    def _gap_before(self, index: int) -> str:
        return self.items[index - 1].after if index else self.lead

    def _inserted(self, index: int, added: Element) -> Elements:
        """Put an argument before another one, in the style of that one."""
        gap = self._gap_before(index)
        line_break = _LAST_BREAK.search(gap)
        separator = line_break.group() if line_break else gap if index and "#" not in gap else " "
        added = replace(added, comma=True, after=separator)
        return replace(self, items=(*self.items[:index], added, *self.items[index:]))

    def _appended(self, added: Element) -> Elements:
        """Put an argument behind the last one, and like that one on the same line or on its own."""
        if not self.items:
            return replace(self, lead=self.lead if "#" in self.lead else "", items=(added,))
        last = self.items[-1]
        gap = self._gap_before(len(self.items) - 1)
        line_break = _LAST_BREAK.search(gap)
        if line_break is None:
            plain = gap if len(self.items) > 1 and not NEWLINE.search(gap) else " "
            behind, end = plain, last.after
        else:
            closing = _LAST_BREAK.search(last.after)
            content, end = (last.after[: closing.start()], closing.group()) if closing else ("", last.after)
            behind = content + line_break.group()
        previous = replace(last, comma=True, after=behind)
        return replace(self, items=(*self.items[:-1], previous, replace(added, comma=last.comma, after=end)))


def _joined(before: str, after: str, is_last: bool) -> str:
    """The blanks and comments that are left where the element between them is taken out."""
    first_break, last_break = _LINE_BREAK.search(after), _LAST_BREAK.search(before)
    if first_break and last_break:  # it has its lines for itself: they go, with the comment at their end
        return before[: last_break.start()] + after[first_break.start() :]
    if last_break:
        return before if not is_last or "#" in before else after
    return after if first_break or is_last else before


def _behind_bracket(before: str, gap: str) -> str:
    """What is left between a bracket and its second element, which moves up where no comment is."""
    if not _LINE_BREAK.search(gap) or _LINE_BREAK.search(before):
        return gap
    if "#" not in gap:
        return before
    return f"  {gap.lstrip()}" if gap.lstrip(" \t\f").startswith("#") else gap


def parse_elements(segment: str) -> Elements | None:
    """Take the source of a call, list, tuple, set or dict apart; None for anything else."""
    import libcst as cst

    try:
        # In parentheses, since the expression may go over lines inside brackets that are not its own.
        parsed = cst.parse_expression(f"({segment})")
    except (cst.ParserSyntaxError, RecursionError):
        return None
    newline = NEWLINE.search(segment)
    code = cst.Module([], default_newline=newline.group() if newline else "\n").code_for_node
    elements = _elements(parsed, code)
    return elements if elements is not None and elements.render() == segment else None


def _elements(node: cst.BaseExpression, code: Code) -> Elements | None:
    import libcst as cst

    if isinstance(node, cst.Call):
        opening = f"{code(node.func)}{code(node.whitespace_after_func)}("
        arguments = tuple(_argument(key, argument, code) for key, argument in enumerate(node.args))
        return Elements(opening, code(node.whitespace_before_args), arguments, ")")
    if isinstance(node, cst.List):
        lead, end = node.lbracket.whitespace_after, node.rbracket.whitespace_before
        return Elements("[", code(lead), _items(node.elements, code(end), code), "]")
    if isinstance(node, (cst.Set, cst.Dict)):
        lead, end = node.lbrace.whitespace_after, node.rbrace.whitespace_before
        return Elements("{", code(lead), _items(node.elements, code(end), code), "}")
    if not isinstance(node, cst.Tuple):
        return None
    if len(node.lpar) < 2:
        return Elements("", "", _items(node.elements, "", code), "")
    lead, end = node.lpar[-1].whitespace_after, node.rpar[0].whitespace_before
    if not node.elements:  # all that is between the parentheses is kept in the first one
        return Elements("(", code(lead), (), ")")
    return Elements("(", code(lead), _items(node.elements, code(end), code), ")")


def _argument(key: int, argument: cst.Arg, code: Code) -> Element:
    value = code(argument.value)
    blank = argument.whitespace_after_arg
    whole = code(argument.with_changes(comma=_no_comma(), whitespace_after_arg=_no_space()))
    before_comma, comma, after = _comma(argument.comma, code)
    keyword = argument.keyword.value if argument.keyword else None
    prefix = whole[: len(whole) - len(value)]
    grouped = bool(argument.value.lpar)
    return Element(key, value, prefix, keyword, grouped, before_comma, comma, after + code(blank))


def _items(elements: Sequence[cst.BaseElement | cst.BaseDictElement], end: str, code: Code) -> tuple[Element, ...]:
    items = []
    for key, element in enumerate(elements):
        whole = code(element.with_changes(comma=_no_comma()))
        before_comma, comma, after = _comma(element.comma, code)
        items.append(Element(key, whole, "", None, False, before_comma, comma, after))
    if items:
        items[-1] = replace(items[-1], after=items[-1].after + end)
    return tuple(items)


def _comma(comma: cst.Comma | cst.MaybeSentinel, code: Code) -> tuple[str, bool, str]:
    import libcst as cst

    if isinstance(comma, cst.MaybeSentinel):
        return "", False, ""
    return code(comma.whitespace_before), True, code(comma.whitespace_after)


def _no_comma() -> cst.MaybeSentinel:
    import libcst as cst

    return cst.MaybeSentinel.DEFAULT


def _no_space() -> cst.SimpleWhitespace:
    import libcst as cst

    return cst.SimpleWhitespace("")
