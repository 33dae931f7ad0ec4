"""A short storm; `make storm` is the long one."""

from pathlib import Path

from tests.storm import Storm


def test_a_short_storm_keeps_every_promise(tmp_path: Path) -> None:
    storm = Storm(tmp_path / "storm", 7, ("skip", "bulk"), rows=12)
    assert storm.carry_out(kills=2) == []
    assert len(storm.results()) == 12
