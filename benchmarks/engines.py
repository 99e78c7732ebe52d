"""The linter over a collection of code in Parquet: one process, Ray Data and PySpark, with the same findings.

    python benchmarks/engines.py collect FILES.parquet --count 100000 ROOT...
    python benchmarks/engines.py run FILES.parquet WORK single ray spark
    python benchmarks/engines.py compare WORK

`collect` puts the programs and notebooks below the roots into a table, again and again with a comment that differs
until there are enough. `run` writes the findings of each engine, in local mode on all cores, to `WORK/ENGINE`.
`compare` tells files a second of wall time and of processor time within the linter, and whether all findings agree.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from measuring import arguments, files_below

from lint_keras_acc.arrow import findings_schema, lint_table

CARRIED = ["number"]
_MOST_BYTES = 1_000_000
_FILES_PER_GROUP = 500


def collected(roots: list[str], count: int) -> Iterator[tuple[int, str, bytes]]:
    """The number, path and content of `count` files."""
    files = [path for path in files_below(roots) if path.stat().st_size <= _MOST_BYTES]
    numbered = itertools.islice(((turn, path) for turn in itertools.count() for path in files), count)
    for number, (turn, path) in enumerate(numbered):
        data = path.read_bytes()
        if turn and path.suffix == ".py":
            data += b"\n# copy %d\n" % turn
        yield number, f"{turn}/{path}", data


def collect(file: Path, roots: list[str], count: int) -> None:
    schema = pa.schema([("number", pa.int64()), ("path", pa.string()), ("content", pa.binary())])
    rows = collected(roots, count)
    with pq.ParquetWriter(file, schema) as writer:
        while group := list(itertools.islice(rows, _FILES_PER_GROUP)):
            columns = [list(column) for column in zip(*group, strict=True)]
            writer.write_table(pa.table(columns, schema=schema))


def timed(table: pa.Table, log: str) -> pa.Table:
    """`lint_table`; a line in a file of this process says how many files took how much processor time."""
    started = time.process_time()
    findings = lint_table(table, carry=CARRIED)
    seconds = time.process_time() - started
    with open(os.path.join(log, f"{os.getpid()}.times"), "a", encoding="utf-8") as times:
        times.write(f"{table.num_rows} {seconds}\n")
    return findings


def timed_batches(batches: Iterator[pa.RecordBatch], log: str) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield from timed(batch, log).to_batches()


def run_single(file: Path, out: Path) -> None:
    parquet = pq.ParquetFile(file)
    schema = findings_schema(parquet.schema_arrow, CARRIED)
    with pq.ParquetWriter(out / "findings.parquet", schema) as writer:
        for batch in parquet.iter_batches(_FILES_PER_GROUP):
            writer.write_table(timed(batch, str(out)))


def run_ray(file: Path, out: Path) -> None:
    import ray

    ray.init(include_dashboard=False, log_to_driver=False)
    files = ray.data.read_parquet(str(file), override_num_blocks=64)
    linted = files.map_batches(timed, batch_format="pyarrow", batch_size=_FILES_PER_GROUP, fn_kwargs={"log": str(out)})
    linted.write_parquet(str(out / "findings"))
    ray.shutdown()


def run_spark(file: Path, out: Path) -> None:
    from pyspark.sql import SparkSession
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

    spark = (
        SparkSession.builder.master("local[*]")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", _FILES_PER_GROUP)
        .config("spark.sql.files.maxPartitionBytes", "16m")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    files = spark.read.parquet(str(file))
    schema = from_arrow_schema(findings_schema(to_arrow_schema(files.schema), CARRIED))
    files.mapInArrow(partial(timed_batches, log=str(out)), schema).write.parquet(str(out / "findings"))
    spark.stop()


ENGINES: dict[str, Callable[[Path, Path], None]] = {"single": run_single, "ray": run_ray, "spark": run_spark}


def run(file: Path, work: Path, engines: list[str]) -> None:
    for engine in engines:
        out = work.resolve() / engine
        out.mkdir(parents=True)
        started = time.perf_counter()
        ENGINES[engine](file.resolve(), out)
        (out / "wall").write_text(str(time.perf_counter() - started), encoding="utf-8")


def findings_of(out: Path) -> list[dict[str, object]]:
    table = ds.dataset(sorted(str(path) for path in out.rglob("*.parquet")), format="parquet").to_table()
    rows: list[dict[str, object]] = table.to_pylist()
    return sorted(rows, key=repr)


def compare(work: Path) -> int:
    """Tell the figures; 1 where the findings of two engines differ."""
    rows = []
    found = {}
    for out in sorted(path for path in work.iterdir() if (path / "wall").exists()):
        times = [line.split() for path in out.glob("*.times") for line in path.read_text().splitlines()]
        files = sum(int(count) for count, _ in times)
        seconds = sum(float(spent) for _, spent in times)
        wall = float((out / "wall").read_text())
        found[out.name] = findings_of(out)
        told = sum(row["code"] is not None for row in found[out.name])
        processes = len(list(out.glob("*.times")))
        rows.append((out.name, processes, files, told, f"{wall:.0f}", f"{files / wall:.0f}", f"{files / seconds:.0f}"))
    head = ("engine", "processes", "files", "findings", "seconds", "files/s", "files/s of processor time")
    for row in (head, *rows):
        print("".join(f"{cell:>{len(title) + 2}}" for cell, title in zip(row, head, strict=True)))
    same = all(findings == next(iter(found.values())) for findings in found.values())
    print("all findings agree" if same else "the findings differ")
    return 0 if same else 1


def main() -> int:
    parser = arguments(__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    collecting = actions.add_parser("collect")
    collecting.add_argument("file", type=Path)
    collecting.add_argument("roots", nargs="+")
    collecting.add_argument("--count", type=int, default=100_000)
    running = actions.add_parser("run")
    running.add_argument("file", type=Path)
    running.add_argument("work", type=Path)
    running.add_argument("engines", nargs="+", choices=ENGINES)
    comparing = actions.add_parser("compare")
    comparing.add_argument("work", type=Path)
    options = parser.parse_args()
    if options.action == "collect":
        collect(options.file, options.roots, options.count)
    elif options.action == "run":
        run(options.file, options.work, options.engines)
    else:
        return compare(options.work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
