from datetime import date, datetime, time, timedelta

import pytest

from pipeline.loader.formats import Moment, moment_text, number_text, plain_text

PHONE = "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####"
MOMENT = datetime(2024, 1, 5, 13, 4, 9)  # noqa: DTZ001 - cells have no zone
MIDNIGHT = datetime(2024, 1, 5)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (2134, "00000", "02134"),
        (2134.0, "00000", "02134"),
        (21345678, "00000\\-0000", "02134-5678"),
        (4155550123, PHONE, "(415) 555-0123"),
        (5550123, PHONE, "555-0123"),
        (4155550123, "[<=9999999]###-####;(###) ###-####", "(415) 555-0123"),
        (14155550123, "(000) 000-0000", "(1415) 555-0123"),
        (493055501, "+0", "+493055501"),
        (493055501, '"+"#', "+493055501"),
        (7, '"ID-"0000', "ID-0007"),
        (447911123456, "General", "447911123456"),
        (447911123456.0, "0.00E+00", "447911123456"),
        (447911123456, "#,##0", "447911123456"),
        (1234.5, "#,##0.00", "1234.5"),
        (5000000, '"$"#,##0', "5000000"),
        (5000000, "#,##0\\ [$€-407]", "5000000"),
        (5, "0.00", "5"),
        (5, "0_-", "5"),
        (-5, "00000", "-5"),
        (0.25, "0%", "25%"),
        (0.07, "0.00%", "7%"),
        (1, "0%", "100%"),
        (0, "0;-0;;@", "0"),
        (3, ";;;", "3"),
        (1.5, "# ?/?", "1.5"),
        (2.5, "00000", "2.5"),
        (0, "00", "00"),
        (5, "@", "5"),
    ],
)
def test_a_number_is_shown_as_its_cell_shows_it(value: float, code: str, text: str) -> None:
    assert number_text(value, code) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1e14, "100000000000000"),
        (4.47911123456e17, "4.47911123456E+17"),
        (123456789012345678, "123456789012345678"),
        (1e-7, "1E-07"),
        (float("inf"), "INF"),
    ],
)
def test_a_number_has_no_point_it_does_not_need(value: float, text: str) -> None:
    assert plain_text(value) == text


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (MOMENT, "dd/mm/yyyy", "2024-01-05"),
        (MOMENT, "mmm yy", "2024-01-05"),
        (MOMENT, "mmmm", "2024-01-05"),
        (MOMENT, "yyyy-mm-dd hh:mm", "2024-01-05 13:04"),
        (MOMENT, "d.m.yy h:mm:ss", "2024-01-05 13:04:09"),
        (MOMENT, "m/d/yy h:mm AM/PM", "2024-01-05 13:04"),
        (MOMENT, "[$-407]d. mmmm yyyy", "2024-01-05"),
        (MOMENT, 'd" days"', "2024-01-05"),
        (MOMENT, "hh:mm", "13:04"),
        (MOMENT, "", "2024-01-05 13:04:09"),
        (MIDNIGHT, "", "2024-01-05"),
        (MIDNIGHT, "General", "2024-01-05"),
        (MIDNIGHT, "yyyy-mm-dd hh:mm", "2024-01-05 00:00"),
        (date(2024, 1, 5), "", "2024-01-05"),
        (time(13, 4), "hh:mm", "13:04"),
        (time(13, 4, 9), "", "13:04:09"),
        (timedelta(hours=30, minutes=5), "[h]:mm:ss", "30:05:00"),
    ],
)
def test_a_moment_is_iso_with_the_parts_that_its_cell_shows(value: Moment, code: str, text: str) -> None:
    assert moment_text(value, code) == text
