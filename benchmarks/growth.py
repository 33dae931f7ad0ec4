"""Time and memory of a dry run as files grow, drawn into docs/assets/growth.svg when all sizes are measured.

    python benchmarks/growth.py [ROWS ...]

10,000 and 200,000 rows unless told; `10000 100000 1000000 4000000` draws the plot again.
"""

import sys
import tempfile
from collections.abc import Sequence
from math import log10
from pathlib import Path

from _measure import ROOT, Cost, cost, importer, machine
from _people import CONFIG, write_csv

USUAL = (10_000, 200_000)
DRAWN_FROM = 4
PLOT = ROOT / "docs" / "assets" / "growth.svg"
WIDTH, HEIGHT, MARGIN = 380, 240, 46


def measured(rows: int) -> Cost:
    """One dry run, with its results written."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "people.yaml").write_text(CONFIG, encoding="utf-8")
        write_csv(folder / "people.csv", rows)
        words = ("-c", folder / "people.yaml", "-o", folder / "output", "--dry-run", "--quiet")
        return cost(importer("run", folder / "people.csv", *words))


def panel(title: str, sizes: Sequence[int], values: Sequence[float], left: int) -> str:
    """A line over the sizes, both axes logarithmic, every point with its figure."""
    low, high = log10(min(values)) - 0.2, log10(max(values)) + 0.3
    first, last = log10(sizes[0]), log10(sizes[-1])
    inner, deep = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    places = [
        (
            left + MARGIN + (log10(size) - first) / (last - first) * inner,
            HEIGHT - MARGIN - (log10(value) - low) / max(high - low, 1) * deep,
        )
        for size, value in zip(sizes, values, strict=True)
    ]
    line = " ".join(f"{x:.0f},{y:.0f}" for x, y in places)
    said = [f'<text x="{left + MARGIN}" y="20" font-weight="bold">{title}</text>']
    said.append(f'<polyline points="{line}" fill="none" stroke="#2563eb" stroke-width="2"/>')
    for size, value, (x, y) in zip(sizes, values, places, strict=True):
        said.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3.5" fill="#2563eb"/>')
        said.append(f'<text x="{x:.0f}" y="{y - 10:.0f}" text-anchor="middle">{value:,.0f}</text>')
        said.append(f'<text x="{x:.0f}" y="{HEIGHT - 22}" text-anchor="middle">{size:,}</text>')
    base = HEIGHT - MARGIN
    said.append(
        f'<line x1="{left + MARGIN}" y1="{base}" x2="{left + WIDTH - MARGIN}" y2="{base}" stroke="#94a3b8"/>'
    )
    return "\n".join(said)


def draw(sizes: Sequence[int], costs: Sequence[Cost]) -> str:
    """Both panels as an SVG."""
    seconds = panel("seconds", sizes, [one.seconds for one in costs], 0)
    memory = panel("MiB at the peak", sizes, [one.memory for one in costs], WIDTH)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {HEIGHT}" role="img" '
        'font-family="system-ui, sans-serif" font-size="11" fill="#1e293b">\n'
        f"<title>Dry runs: seconds and memory by rows, {machine()}</title>\n"
        f'<rect width="{2 * WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n{seconds}\n{memory}\n</svg>\n'
    )


def main() -> None:
    sizes = [int(word.replace(",", "")) for word in sys.argv[1:]] or list(USUAL)
    print(f"Growth of dry runs ({machine()})")
    costs = []
    for rows in sizes:
        found = measured(rows)
        costs.append(found)
        print(
            f"  {rows:>10,} rows{found.seconds:>9.1f} s{found.processor / rows * 1e6:>7.0f} us of the processor a row"
            f"{found.memory:>7.0f} MiB"
        )
    if len(sizes) >= DRAWN_FROM:
        PLOT.write_text(draw(sizes, costs), encoding="utf-8")
        print(f"  drawn: {PLOT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
