"""The pictures of docs/pictures, made of what the resolver and the kernels say."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import product

import numpy as np

from lint_keras_acc.keras_api.dialects import Dialect, parse_dialect
from lint_keras_acc.runtime.accuracy import Resolution, resolve
from lint_keras_acc.runtime.kernels import binary_accuracy
from tests.documents.pages import ROOT

FOLDER = ROOT / "docs" / "pictures"


# --- what 'accuracy' becomes --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A loss, and the shapes of labels and predictions."""

    loss: str
    labels: tuple[int, ...]
    predictions: tuple[int, ...]


@dataclass(frozen=True)
class Question:
    """What is asked, when the answer is yes, and a case in which it is and no question before was."""

    words: str
    holds: Callable[[Case], bool]
    example: Case


@dataclass(frozen=True)
class Tree:
    """Questions in the order in which they are asked, for some generations of Keras; `rest` is a case of no yes."""

    title: str
    generations: tuple[str, ...]
    questions: tuple[Question, ...]
    rest: Case

    @property
    def dialects(self) -> list[Dialect]:
        return [parse_dialect(name) for name in self.generations]

    def outcome(self, case: Case) -> str | None:
        """The kernel that comes out for a case, by its questions."""
        example = next((question.example for question in self.questions if question.holds(case)), self.rest)
        return self.resolved(example)[-1].kernel

    def resolved(self, example: Case) -> list[Resolution]:
        """What the resolver says for each of the generations."""
        return [resolve(dialect, example.loss, example.labels, example.predictions) for dialect in self.dialects]


def _versions(family: str, major: int, first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{family}-{major}.{minor}" for minor in range(first, last + 1))


_ONE_UNIT = Question(
    "One output unit?",
    lambda case: case.predictions[-1] == 1,
    Case("binary_crossentropy", (32, 1), (32, 1)),
)

TREES = (
    Tree(
        "Keras 3, tf_keras, and tf.keras from 2.2 on look at the shapes of the first batch",
        (*_versions("tf.keras", 2, 2, 15), *_versions("tf_keras", 2, 16, 21), *_versions("keras", 3, 0, 15)),
        (
            _ONE_UNIT,
            Question(
                "Labels with fewer axes than the output?",
                lambda case: len(case.labels) < len(case.predictions),
                Case("sparse_categorical_crossentropy", (32,), (32, 10)),
            ),
            Question(
                "Labels with one column?",
                lambda case: case.labels[-1] == 1,
                Case("sparse_categorical_crossentropy", (32, 1), (32, 10)),
            ),
        ),
        Case("categorical_crossentropy", (32, 10), (32, 10)),
    ),
    Tree(
        "Keras from 1.1 to 2.3, and tf.keras up to 2.1, look at the loss",
        (
            *("keras-1.1", "keras-1.2", *_versions("keras", 2, 0, 3)),
            *(*_versions("tf.keras", 1, 4, 15), *_versions("tf.keras", 2, 0, 1)),
        ),
        (
            _ONE_UNIT,
            Question(
                "Binary cross-entropy?",
                lambda case: case.loss == "binary_crossentropy",
                Case("binary_crossentropy", (32, 10), (32, 10)),
            ),
            Question(
                "Sparse categorical cross-entropy?",
                lambda case: case.loss == "sparse_categorical_crossentropy",
                Case("sparse_categorical_crossentropy", (32, 1), (32, 10)),
            ),
        ),
        Case("categorical_crossentropy", (32, 10), (32, 10)),
    ),
)


def cases() -> Iterator[Case]:
    """Losses, and shapes of labels and predictions with or without steps."""
    losses = ("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy", "mse")
    for loss, units, steps in product(losses, (1, 2, 10), ((), (7,))):
        for labels in {(32, *steps), (32, *steps, 1), (32, *steps, units)}:
            yield Case(loss, labels, (32, *steps, units))


_WIDTH, _ROW, _BOX = 760, 84, 52


def resolution() -> str:
    """A diagram of the questions, and what runs where the answer is yes."""
    parts, top = [], 20
    for tree in TREES:
        parts.append(_text(20, top + 12, tree.title, "title"))
        top += 34
        for question in tree.questions:
            middle = top + _BOX / 2
            parts.append(_box(20, top, 300, "question"))
            parts.append(_text(170, middle + 5, question.words, "middle"))
            parts.append(_arrow(320, middle, 396, middle))
            parts.append(_text(358, middle - 7, "yes", "small middle"))
            parts.append(_leaf(400, top, tree.resolved(question.example)))
            parts.append(_arrow(170, top + _BOX, 170, top + _ROW - 4))
            parts.append(_text(180, top + _BOX + 19, "no", "small"))
            top += _ROW
        parts.append(_leaf(20, top, tree.resolved(tree.rest)))
        top += _BOX + 38
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top}" role="img" '
        f'aria-label="What the string accuracy becomes">\n<style>\n{_STYLE}</style>\n'
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8Z" fill="#555"/></marker></defs>\n'
        f'<rect width="{_WIDTH}" height="{top}" rx="8" fill="#fff"/>\n{body}\n</svg>\n'
    )


_STYLE = """text { font: 14px system-ui, sans-serif; fill: #1b1b1b }
.title { font-weight: 600 }
.middle { text-anchor: middle }
.small { font-size: 12px; fill: #444 }
.kernel { font: 600 14px ui-monospace, monospace }
.question { fill: #eef2fb; stroke: #4a63a8 }
.leaf { fill: #eef7ee; stroke: #3c7a3c }
"""


_SHORTER = {
    "the position of the largest prediction is compared with": "position of the largest score =",
    "predictions above 0.5 count as 1": "score above 0.5 counts as 1",
    "predictions are rounded, so that those above 0.5 count as 1 and those from 1.5 on as 2 or more": (
        "rounded score = label"
    ),
}


def _leaf(left: float, top: float, found: list[Resolution]) -> str:
    """A box with the kernel, and what counts as right in the generations."""
    whats = dict.fromkeys(resolution.reason.rpartition(": ")[2].partition(", ")[2] for resolution in found)
    words = "; or ".join(whats)
    for long, short in _SHORTER.items():
        words = words.replace(long, short)
    name = _text(left + 170, top + 22, str(found[-1].kernel), "kernel middle")
    return "\n".join([_box(left, top, 340, "leaf"), name, _text(left + 170, top + 41, words, "small middle")])


def _box(left: float, top: float, width: float, kind: str) -> str:
    return f'<rect class="{kind}" x="{left}" y="{top}" width="{width}" height="{_BOX}" rx="6"/>'


def _text(left: float, base: float, words: str, kind: str) -> str:
    return f'<text class="{kind}" x="{left:g}" y="{base:g}">{escape(words)}</text>'


def _arrow(left: float, top: float, right: float, bottom: float) -> str:
    return f'<path d="M{left:g} {top:g} L{right:g} {bottom:g}" stroke="#555" marker-end="url(#head)"/>'


# --- accuracy over the threshold ----------------------------------------------------------------------------


def threshold() -> str:
    """The accuracy of the same answers over the threshold: of probabilities, and of logits."""
    import matplotlib

    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "lint-keras-acc", "font.size": 10}):
        return _threshold()


def _threshold() -> str:
    from matplotlib.figure import Figure

    labels, logits = answers()
    figure = Figure(figsize=(7.6, 3.1), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    probabilities = 1 / (1 + np.exp(-logits))
    for axes, scores, cuts, middle, name in (
        (left, probabilities, np.linspace(0, 1, 101), 0.5, "probabilities"),
        (right, logits, np.linspace(-2, 2, 101), 0.0, "logits"),
    ):
        figures = [binary_accuracy(labels, scores, threshold=float(cut)) for cut in cuts]
        axes.plot(cuts, figures, color="#4a63a8", gid=name)
        _mark(axes, middle, binary_accuracy(labels, scores, threshold=middle), "#3c7a3c")
        if middle != 0.5:
            _mark(axes, 0.5, binary_accuracy(labels, scores), "#b3261e", "what 'accuracy' prints")
        axes.set_xlabel(f"threshold for {name}")
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.3)
    left.set_ylabel("accuracy")
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def _mark(axes: object, cut: float, figure: float, colour: str, words: str = "the middle") -> None:
    axes.plot([cut], [figure], "o", color=colour)  # type: ignore[attr-defined]
    aside = (9, 3)
    axes.annotate(  # type: ignore[attr-defined]
        f"{words}: {figure:.2f}", (cut, figure), xytext=aside, textcoords="offset points", color=colour
    )


def answers() -> tuple[np.ndarray, np.ndarray]:
    """Labels, and logits of a model that knows how probable each is."""
    random = np.random.default_rng(7)
    logits = random.normal(size=20_000) * 0.6
    return random.uniform(size=len(logits)) < 1 / (1 + np.exp(-logits)), logits


PICTURES: dict[str, Callable[[], str]] = {"resolution.svg": resolution, "threshold.svg": threshold}


def essence(picture: str) -> list[str]:
    """What does not depend on the version of what draws it: the words, and the points of named curves."""
    curves = re.findall(r'<g id="(?:probabilities|logits)">\s*<path d="([^"]*)"', picture)
    return [*re.findall(r"<text[^>]*>([^<]*)</text>", picture), *curves]


def write() -> None:
    """Makes them all anew."""
    FOLDER.mkdir(exist_ok=True)
    for name, make in PICTURES.items():
        (FOLDER / name).write_text(make(), encoding="utf-8")
