"""``make bench``: the figures, as a table and as JSON beside it (bench/results.json)."""

from __future__ import annotations

import sys
import tempfile
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import parse, sessions  # noqa: E402
from bench.measure import Row, as_json  # noqa: E402


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="fieldledger-bench-") as made:
        folder = Path(made)
        rows: list[Row] = []
        for row in chain(parse.rows(folder, 10_000), sessions.rows(folder, (1_000, 10_000))):
            rows.append(row)
            ratio = f"{row.ratio:.2f} x {row.reference}" if row.ratio is not None else ""
            print(f"{row.what:<56} {row.seconds:8.3f} s   {ratio:<32} {row.note}")
    (ROOT / "bench" / "results.json").write_text(as_json(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
