"""Pure functions on cell texts: the cleaners that a config may name, and the checks that the mapper makes."""

from collections.abc import Callable, Mapping

from pipeline.clean.case import title
from pipeline.clean.checked import Checked
from pipeline.clean.custom import by_name, check_custom
from pipeline.clean.dates import OrderProof, day_first, month_first, year_first
from pipeline.clean.email import PLAIN_EMAIL, check_email, tidy_email
from pipeline.clean.fitting import fitting
from pipeline.clean.names import LETTERS, doubtful_names, family_names, given_names, likely_names, plain_name
from pipeline.clean.person import split_name
from pipeline.clean.phone import are_plain_phones, check_phone, e164, is_plain_phone, repair_phone
from pipeline.clean.regions import is_region, region_of
from pipeline.clean.slips import doubtful_addresses, is_one_slip, likely_address
from pipeline.clean.steps import STEPS, Step, step
from pipeline.clean.text import bare, first, shown, trim
from pipeline.clean.url import PLAIN_URL, check_url, tidy_url, url_host

CLEANERS: Mapping[str, Callable[[str], str]] = {
    "trim": bare,
    "lower": str.lower,
    "upper": str.upper,
    "title": title,
    "first": first,
    "email": tidy_email,
    "phone": repair_phone,
    "e164": e164,
    "url": tidy_url,
    "url_host": url_host,
    "day_first": day_first,
    "month_first": month_first,
    "year_first": year_first,
}
"""Every cleaner by the name that a config gives it under `clean`; they work in the order in which they are named.

What each does, with examples: docs/cleaning.md. `STEPS` are those that need values (map, regex, date).
"""


def cleaner(named: str | Step) -> Callable[[str], str]:
    """The function of a cleaner as the config has it.

    Raises:
        KeyError: there is none of that name.
    """
    return named.cleaner() if isinstance(named, Step) else CLEANERS[named]


__all__ = [
    "CLEANERS",
    "LETTERS",
    "PLAIN_EMAIL",
    "PLAIN_URL",
    "STEPS",
    "Checked",
    "OrderProof",
    "Step",
    "are_plain_phones",
    "bare",
    "by_name",
    "check_custom",
    "check_email",
    "check_phone",
    "check_url",
    "cleaner",
    "doubtful_addresses",
    "doubtful_names",
    "family_names",
    "first",
    "fitting",
    "given_names",
    "is_one_slip",
    "is_plain_phone",
    "is_region",
    "likely_address",
    "likely_names",
    "plain_name",
    "region_of",
    "repair_phone",
    "shown",
    "split_name",
    "step",
    "tidy_email",
    "tidy_url",
    "trim",
]
