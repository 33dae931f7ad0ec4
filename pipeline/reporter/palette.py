"""The colours of the statuses, told apart by the colour-blind too; the word always stands beside the colour.

Okabe and Ito, "Color Universal Design", jfly.uni-koeln.de/color.
"""

from collections.abc import Mapping

from pipeline.records import Status

COLOURS: Mapping[Status, str] = {
    Status.CREATED: "#009E73",
    Status.DUPLICATE: "#56B4E9",
    Status.ERROR: "#D55E00",
    Status.NOT_SENT: "#F0E442",
}
"""For areas beside each other."""

TINTS: Mapping[Status, str] = {
    Status.CREATED: "#7FCDB8",
    Status.DUPLICATE: "#A9D9F4",
    Status.ERROR: "#F2A477",
    Status.NOT_SENT: "#F5E58A",
}
"""For areas with black text on them."""
