"""Pure functions on cell texts: the cleaners that a config may name, and the checks that the mapper makes."""

from collections.abc import Callable, Mapping

from pipeline.clean.checked import Checked
from pipeline.clean.email import PLAIN_EMAIL, check_email, tidy_email
from pipeline.clean.person import split_name
from pipeline.clean.phone import check_phone, is_plain_phone, repair_phone
from pipeline.clean.regions import is_region, region_of
from pipeline.clean.text import bare, first, shown, trim
from pipeline.clean.url import PLAIN_URL, check_url, tidy_url

CLEANERS: Mapping[str, Callable[[str], str]] = {
    "trim": bare,
    "lower": str.lower,
    "upper": str.upper,
    "first": first,
    "email": tidy_email,
    "phone": repair_phone,
    "url": tidy_url,
}
"""Every cleaner by the name that a config gives it under `clean`; they work in the order in which they are named.

trim: no blanks around, single ones inside, nothing invisible · lower, upper: the case · first: the first of several
values separated by ; , | or a line break · email: the address out of `Jane <mailto:jane@example.com>` · phone: without
text marks, `tel:` and `.0`, 00 becomes + · url: without brackets, quotes and commas around it.
"""

__all__ = [
    "CLEANERS",
    "PLAIN_EMAIL",
    "PLAIN_URL",
    "Checked",
    "bare",
    "check_email",
    "check_phone",
    "check_url",
    "first",
    "is_plain_phone",
    "is_region",
    "region_of",
    "repair_phone",
    "shown",
    "split_name",
    "tidy_email",
    "tidy_url",
    "trim",
]
