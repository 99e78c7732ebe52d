"""The pictures show what the resolver and the kernels say now."""

from __future__ import annotations

import pytest

from lint_keras_acc.runtime.accuracy import resolve
from tests.documents.pictures import FOLDER, PICTURES, TREES, Tree, cases, essence


@pytest.mark.parametrize("name", PICTURES)
def test_pictures(name: str) -> None:
    drawn = PICTURES[name]()
    assert len(essence(drawn)) > 10
    assert essence((FOLDER / name).read_text(encoding="utf-8")) == essence(drawn), "python -m tests.documents"


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.title)
def test_questions_decide_as_the_resolver_does(tree: Tree) -> None:
    compared = set()
    for dialect in tree.dialects:
        for case in cases():
            said = resolve(dialect, case.loss, case.labels, case.predictions)
            if said.kernel is not None:
                assert tree.outcome(case) == said.kernel, (dialect.name, case)
                compared.add(said.kernel)
    assert len(compared) == 3
