"""What is shown: excerpts of awkward lines, the progress bar, compile sites with several possibilities."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import pytest

from lint_keras_acc.findings import Applicability, Edit, Finding, Fix, Related, Severity, Span
from lint_keras_acc.keras_api.dialects import DEFAULT
from lint_keras_acc.render import one_line, place, progress
from lint_keras_acc.render.json import findings_json
from lint_keras_acc.render.sites import sites_json, sites_text
from lint_keras_acc.render.text import excerpt, plain, summary
from lint_keras_acc.sites import CompileSite, Fact, Head, Labels, Loss, Output

SPAN = Span("x.py", None, 3, 5, 3, 8)
FINDING = Finding("KAC101", "a-name", Severity.WARNING, "it is so", SPAN, SPAN)
FIX = Fix("Do it", Applicability.UNSAFE, ())


def lines_of(finding: Finding, **lines: str) -> list[str]:
    """The excerpt without colours; the line of each place is the one of its path's first letter."""
    shown = excerpt(finding, lambda span: lines[span.path[0]])
    return [re.sub("\033\\[[0-9;]*m", "", line) for line in shown]


def test_places() -> None:
    assert place(SPAN) == "x.py:3:5"
    assert place(replace(SPAN, cell=0)) == "x.py:cell 0:3:5"


def test_a_message_is_one_line() -> None:
    assert one_line("a\nb\x1b[2Jc\u2028é😀") == "a b [2Jc é😀"
    assert list(plain(replace(FINDING, message="a\nb"))) == ["x.py:3:5: KAC101 a b"]


@pytest.mark.parametrize(
    ("line", "shown", "underline"),
    [
        ("abcdEFGh", "abcdEFGh", "    ^^^"),
        ("\tbcdEFG", "    bcdEFG", "       ^^^"),
        ("日bcdEFG", "日bcdEFG", "     ^^^"),
        ("e\u0301cdEFG", "e\u0301cdEFG", "   ^^^"),
        ("ab", "ab", "  ^"),
        ("", "", "^"),
    ],
)
def test_the_place_is_underlined(line: str, shown: str, underline: str) -> None:
    _, _, source, mark, _ = lines_of(FINDING, x=line)
    assert source == f"3 | {shown}"
    assert mark == f"  | {underline} a-name"


def test_a_long_line_is_cut_around_the_place() -> None:
    finding = replace(FINDING, span=replace(SPAN, column=1001, end_column=1004))
    _, _, source, mark, _ = lines_of(finding, x="x" * 1000 + "EFG" + "x" * 1000)
    assert len(source) < 200
    assert source.index("EFG") == mark.index("^^^")


def test_a_place_over_lines_is_underlined_to_the_end_of_its_first() -> None:
    _, _, _, mark, _ = lines_of(replace(FINDING, span=replace(SPAN, end_line=5)), x="abcdefgh")
    assert mark == "  |     ^^^^ a-name"


def test_related_places_and_the_fix() -> None:
    related = (
        Related(replace(SPAN, column=1, end_column=2), "same line"),
        Related(replace(SPAN, line=12), "below"),
        Related(replace(SPAN, path="y.py"), "elsewhere"),
    )
    shown = lines_of(replace(FINDING, related=related, fix=FIX), x="abcdefg", y="ABCDEFG")
    assert shown[1:] == [
        "   |",
        " 3 | abcdefg",
        "   | - same line",
        "   |     ^^^ a-name",
        "12 | abcdefg",
        "   |     --- below",
        "   : y.py:3:5",
        " 3 | ABCDEFG",
        "   |     --- elsewhere",
        "   = Do it (--fix --unsafe-fixes)",
        "",
    ]


def test_the_summary() -> None:
    safe = replace(FINDING, fix=replace(FIX, applicability=Applicability.SAFE))
    assert summary([FINDING]) == "Found 1 finding."
    assert summary([FINDING, safe]) == "Found 2 findings; to be repaired: 1 with --fix."
    assert summary([replace(FINDING, fix=FIX), safe]).endswith("1 with --fix, 1 with --fix --unsafe-fixes.")


def test_a_fix_without_edits_is_no_fix() -> None:
    found = replace(FINDING, fix=FIX)
    edit = Edit(SPAN, "é")
    (without,), (with_edits,) = (json.loads(findings_json([(found, edits)])) for edits in (None, (edit,)))
    assert without["fix"] is None
    (written,) = with_edits["fix"]["edits"]
    assert written == {"cell": None, "line": 3, "column": 5, "end_line": 3, "end_column": 8, "content": "é"}


# --- the progress bar ---------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown_by(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, seconds: float) -> str:
    now = 100.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    with progress.Progress(stream) as bar:
        bar.show(1, 4)
        now += seconds
        bar.show(2, 4)
    return stream.getvalue()


def test_a_long_run_in_a_terminal_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown_by(Terminal(), monkeypatch, 5)
    assert "1/4" not in text
    assert "[###############...............] 2/4 files" in text
    assert text.endswith("\r\033[K")


def test_a_short_run_or_a_pipe_shows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown_by(Terminal(), monkeypatch, 0.1) == ""
    assert shown_by(io.StringIO(), monkeypatch, 5) == ""


# --- sites --------------------------------------------------------------------------------------------------


def site(units: int, loss: str, labels: str) -> CompileSite:
    made = Loss(Fact(loss), "string", SPAN, loss, Fact(False))
    head = Head(Output(units=Fact(units)), made, (), Labels(Fact(labels, replace(SPAN, path="y.py"))))  # type: ignore[arg-type]
    return CompileSite(SPAN, DEFAULT, (head,), outputs_known=True, losses=(made,))


def test_what_possibilities_do_not_agree_on_is_null() -> None:
    first, second = site(1, "poisson", "integer"), site(2, "poisson", "one-hot")
    (merged,) = json.loads(sites_json([(first, second)]))
    assert merged["outputs"] == [{"name": None, "units": None, "activation": None}]
    assert merged["losses"] == [{"name": "poisson", "from_logits": False}]
    assert merged["labels"] is None
    (alone,) = json.loads(sites_json([(first,)]))
    assert (alone["outputs"][0]["units"], alone["labels"]) == (1, "integer")


def test_possibilities_of_different_shape_have_no_common_outputs() -> None:
    first = site(1, "poisson", "integer")
    (merged,) = json.loads(sites_json([(first, replace(first, heads=first.heads * 2))]))
    assert merged["outputs"] == []


def test_possibilities_as_text() -> None:
    text = "\n".join(sites_text((site(1, "poisson", "integer"), site(2, "poisson", "integer"))))
    assert "possibility 2 of 2" in text
    assert "1 unit," in text
    assert "2 units," in text
    assert "labels   integer  [y.py:3:5]" in text
