"""`python -m pipeline.sandbox`: serve the stand-in; the first line on stdout is its base URL."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.sandbox import (
    FAULTS,
    PLANS,
    SANDBOX_KEY,
    Faults,
    Limits,
    Sandbox,
    Settings,
    StateUnusable,
    build,
    serve,
)
from pipeline.sandbox.settings import Scopes


def arguments() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    faults = "\n".join(f"  {name:18} {fault.text} ({fault.moment})" for name, fault in FAULTS.items())
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.sandbox",
        description="Serves a stand-in for Apollo's API until stopped.",
        epilog=f"faults:\n{faults}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free one)")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep contacts and windows in this file")
    parser.add_argument("--plan", choices=sorted(PLANS), default="unlimited", help="whose limits hold")
    parser.add_argument(
        "--limits", type=limits, metavar="M/H/D", help="limits a minute, hour and day; - is none"
    )
    parser.add_argument(
        "--key",
        action="append",
        type=key,
        metavar="KEY[=SCOPE,SCOPE]",
        help=f"an API key (default: {SANDBOX_KEY})",
    )
    parser.add_argument("--latency", type=float, default=0, metavar="MS", help="milliseconds a request takes")
    parser.add_argument("--search-lag", type=float, default=0, metavar="S", help="seconds until search finds")
    parser.add_argument(
        "--window-scale", type=float, default=1, metavar="F", help="factor on the windows' lengths"
    )
    parser.add_argument(
        "--fault",
        action="append",
        type=fault,
        metavar="NAME=P[:STRENGTH]",
        help="how often it strikes, 0 to 1",
    )
    parser.add_argument("--seed", type=int, default=0, help="of all that is left to chance")
    parser.add_argument("--dedupe-result", action="store_true", help="say dedupe_result on single create")
    return parser


def limits(text: str) -> Limits:
    """Read limits such as 50/200/600."""
    minute, hour, day = (None if part in {"", "-"} else int(part) for part in text.split("/"))
    return Limits(minute, hour, day)


def key(text: str) -> tuple[str, Scopes]:
    """Read a key and its scopes."""
    name, _, scopes = text.partition("=")
    return name, frozenset(scopes.split(",")) if scopes else "master"


def fault(text: str) -> tuple[str, float, float]:
    """Read a fault, its probability and its strength."""
    name, _, rest = text.partition("=")
    if name not in FAULTS:
        raise argparse.ArgumentTypeError(f"no fault is called {name!r}")
    probability, _, strength = rest.partition(":")
    return name, float(probability), float(strength) if strength else FAULTS[name].strength


def sandbox_of(options: argparse.Namespace) -> Sandbox:
    """Return the stand-in that the command line asks for.

    Raises:
        StateUnusable: The state file is in use, or is something else.
    """
    settings = Settings(
        plan=options.plan,
        limits=options.limits,
        keys=dict(options.key or [(SANDBOX_KEY, "master")]),
        emit_dedupe_result=options.dedupe_result,
        search_lag=options.search_lag,
        window_scale=options.window_scale,
        latency=options.latency / 1000,
    )
    drawn = options.fault or []
    faults = Faults(
        {name: probability for name, probability, _ in drawn},
        strengths={name: strength for name, _, strength in drawn},
        seed=options.seed,
    )
    return build(settings, options.state, seed=options.seed, faults=faults)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until stopped; returns the exit code."""
    options = arguments().parse_args(argv)
    try:
        sandbox = sandbox_of(options)
    except StateUnusable as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        serve(sandbox, options.host, options.port, _announce)
    except OSError as error:
        sys.stderr.write(f"Cannot listen on {options.host}:{options.port}: {error.strerror}\n")
        return 2
    finally:
        sandbox.close()
    return 0


def _announce(url: str) -> None:
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
