"""A long sweep. ``python -m tests.crashes`` kills at every single moment, then at random ones for a minute;
``--seed N`` tells one telling, step by step; ``--seconds N`` goes on for so long."""

from __future__ import annotations

import argparse
import sys
import time

from tests.crashes.sweep import Teller


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.crashes", description=__doc__)
    parser.add_argument("--seed", type=int, help="tell this one, with its deaths named")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to go on with random deaths")
    parser.add_argument("--approve", choices=("never", "first", "always"), default="never")
    wish = parser.parse_args()
    with Teller(wish.approve) as teller:
        print(f"The story has {len(teller.moments)} moments.")
        if wish.seed is not None:
            deaths = teller.at_random(wish.seed)
            for point in deaths:
                print(f"  dies at moment {point}: {teller.moments[point - 1]}")
            _judge(teller, deaths, f"seed {wish.seed}")
            return
        for point in range(1, len(teller.moments) + 1):
            _judge(teller, (point,), f"moment {point}, {teller.moments[point - 1]}")
        print(f"One death at each of {len(teller.moments)} moments: it always ended the same.")
        _random(teller, wish.seconds)


def _random(teller: Teller, seconds: float) -> None:
    started, seed = time.monotonic(), 0
    while time.monotonic() - started < seconds:
        seed += 1
        _judge(teller, teller.at_random(seed), f"seed {seed}")
    rate = seed / (time.monotonic() - started)
    print(f"{seed} tellings with one to three deaths each, {rate:.1f} a second: they always ended the same.")


def _judge(teller: Teller, deaths: tuple[int, ...], what: str) -> None:
    wrong = teller.differences(deaths)
    if wrong:
        sys.exit(f"FAILED at {what} (deaths {deaths}):\n" + "\n".join(wrong))


if __name__ == "__main__":
    main()
