"""Every combination of loss, output, labels and metric: the rules say what real Keras shows."""

from __future__ import annotations

import os
import pickle
import random
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

np = pytest.importorskip("numpy")

from tests.oracle import measuring  # noqa: E402
from tests.oracle.cells import BATCHES, LABELS, LOSSES, METRICS, OUTPUTS, Labels, Loss, Output, cells, scores  # noqa: E402
from tests.oracle.document import DOCUMENT, count_exceptions, document, without_backends  # noqa: E402
from tests.oracle.exceptions import EXCEPTIONS, exception_for  # noqa: E402
from tests.oracle.measuring import BACKENDS, BATCHES_ELSEWHERE, is_measured, key, measured, sample  # noqa: E402
from tests.oracle.tasks import activated, task_of  # noqa: E402
from tests.oracle.verdicts import Verdict, said, said_of_cell, same, verdicts  # noqa: E402

pytestmark = pytest.mark.keras

Judged = Callable[[str], list[Verdict]]
Found = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that all processes of this test run have."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def once(path: Path, make: Callable[[], Any]) -> Any:
    """What `make` makes, made in the first process that asks for it."""
    lock, failed, unfinished = (path.with_name(f"{path.name}.{word}") for word in ("lock", "failed", "unfinished"))
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        while not path.exists():
            assert not failed.exists(), f"{path.name} failed in another process"
            time.sleep(0.2)
        return pickle.loads(path.read_bytes())
    try:
        made = make()
    except BaseException:
        failed.touch()
        raise
    unfinished.write_bytes(pickle.dumps(made))
    unfinished.rename(path)
    return made


@pytest.fixture(scope="session")
def found(shared: Path) -> Found:
    def values(backend: str) -> dict[str, Any]:
        if not is_measured(backend):
            pytest.skip(f"{backend} is not installed, or ORACLE_BACKENDS does not ask for it")
        result: dict[str, Any] = once(shared / f"oracle-{backend}.found", lambda: measured(backend))
        return result

    return values


@pytest.fixture(scope="session")
def judged(shared: Path, found: Found) -> Judged:
    def of_backend(backend: str) -> list[Verdict]:
        values = found(backend)
        result: list[Verdict] = once(shared / f"oracle-{backend}.judged", lambda: list(verdicts(backend, values)))
        return result

    return of_backend


@pytest.mark.parametrize("backend", BACKENDS)
def test_cells(judged: Judged, backend: str) -> None:
    """Each cell agrees or is explained by an exception."""
    unexplained = [verdict for verdict in judged(backend) if not verdict.agrees and not exception_for(verdict)]
    assert unexplained == []


def test_every_exception_is_needed(judged: Judged) -> None:
    """On some backend that it applies to, if one is installed."""
    installed = [backend for backend in BACKENDS if is_measured(backend)]
    needed = {number for backend in installed for number in count_exceptions(judged(backend))}
    applying = {
        number
        for number, exception in enumerate(EXCEPTIONS, start=1)
        if any(exception.applies_to(backend) for backend in installed)
    }
    assert applying - needed == set()


@pytest.mark.parametrize("backend", BACKENDS)
def test_whole_programs_print_what_is_combined(found: Found, backend: str) -> None:
    values = found(backend)
    numbers = 0
    for number, cell in sample():
        printed = values["sample"][str(number)]
        loss = values["losses"][key(cell.labels, cell.output, cell.loss)][0]
        metric = values["metrics"][key(cell.labels, cell.output, cell.metric)][0]
        if isinstance(loss, str) or isinstance(metric, str):
            assert isinstance(printed[0], str), cell
            continue
        assert not isinstance(printed[0], str), (cell, printed)
        # A graph rounds the logarithm of what is clipped otherwise than the single operations.
        pairs = zip(printed, [loss, metric], strict=True)
        assert all(same([seen], [own], tolerance=5e-3, equal_nan=True) for seen, own in pairs), cell
        numbers += 1
    assert numbers > measuring.SAMPLE / 6


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_live_model_and_a_batch_show_what_the_program_shows(found: Found, backend: str) -> None:
    live = found(backend)["live"]
    package = "tf_keras" if backend == "tf_keras" else "keras"
    told = {number: [one for side in said_of_cell(cell, package) for one in side.codes] for number, cell in sample()}
    assert [number for number, codes in told.items() if codes and not live[str(number)]] == []
    assert sum(bool(codes) for codes in told.values()) > measuring.SAMPLE / 4


def by_row(hits: Any) -> Any:
    return hits.reshape(len(hits), -1).mean(1)


HONEST_READINGS = {
    "binary": ("cut at 0.5", "yes above 0"),
    "labels": ("cut at 0.5", "cut at 0"),
    "classes": ("argmax",),
    "numbers": (),
    "nothing": (),
}


def readings(labels: Labels, output: Output, batch: int) -> dict[str, Any]:
    """What is right of each row or cell, by everything that an accuracy may do with labels and output."""
    truth = labels.array.reshape(len(labels.array), -1)
    outputs = activated(output, scores(labels, output, batch).astype("float64"))
    ids = truth[:, 0] if truth.shape[1] == 1 else truth.argmax(1)
    own = outputs[np.arange(len(ids)), np.clip(ids, 0, output.units - 1).astype(int)]
    return {
        "cut at 0.5": (outputs > 0.5) == truth if truth.shape[1] in (1, output.units) else None,
        "cut at 0": (outputs > 0) == truth if truth.shape[1] in (1, output.units) else None,
        "yes above 0": (outputs > 0) == (truth > 0) if truth.shape[1] in (1, output.units) else None,
        "argmax": outputs.argmax(1) == ids,
        "argmax is 0": outputs.argmax(1) == 0,
        "top 2": (outputs > own[:, None]).sum(1) < 2,
    }


@pytest.mark.parametrize("batches", [BATCHES, BATCHES_ELSEWHERE])
def test_no_wrong_reading_agrees_by_accident(batches: int) -> None:
    """Where a reading differs from an honest one in any row, it differs in the figure of some batch."""
    for labels, output in product(LABELS, OUTPUTS):
        for honest in HONEST_READINGS[task_of(labels, output.units).kind]:
            rows = [readings(labels, output, batch) for batch in range(batches)]
            for other in rows[0]:
                pairs = [(row[honest], row[other]) for row in rows if row[other] is not None]
                if any(not np.array_equal(by_row(one), by_row(two)) for one, two in pairs):
                    assert any(one.mean() != two.mean() for one, two in pairs), (labels, output, honest, other)


def test_one_metric_is_judged_as_among_others() -> None:
    for cell in random.Random(1).sample(list(cells()), 300):
        of_loss, of_metrics = said(cell.labels, cell.output, cell.loss)
        assert said_of_cell(cell) == (of_loss, of_metrics[METRICS.index(cell.metric)]), cell


@pytest.mark.parametrize("code", ["'mae'", "'huber'", "'msle'", "'log_cosh'", "keras.losses.MeanSquaredError()"])
def test_regression_losses_are_treated_alike(code: str) -> None:
    mse = next(loss for loss in LOSSES if loss.family == "regression")
    for labels in LABELS:
        for output in OUTPUTS:
            assert said(labels, output, Loss(code, "regression")) == said(labels, output, mse), (labels, output)


def test_document(found: Found, judged: Judged) -> None:
    installed = [backend for backend in BACKENDS if is_measured(backend)]
    text = document(
        {backend: found(backend) for backend in installed}, {backend: judged(backend) for backend in installed}
    )
    written = DOCUMENT.read_text(encoding="utf-8")
    if len(installed) < len(BACKENDS):
        text, written = without_backends(text), without_backends(written)
    assert text == written, "python -m tests.oracle brings it up to date"
