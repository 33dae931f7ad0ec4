"""Mail domains that look valid and are a slip of the pen away from a well-known one. A proposal, no repair."""

from collections.abc import Sequence

_PROVIDERS = (
    *(
        "gmail.com",
        "googlemail.com",
        "hotmail.com",
        "yahoo.com",
        "outlook.com",
        "icloud.com",
        "protonmail.com",
    ),
    *(
        "comcast.net",
        "verizon.net",
        "bigpond.com",
        "rediffmail.com",
        "hotmail.co.uk",
        "yahoo.co.uk",
        "hotmail.fr",
    ),
    *(
        "yahoo.fr",
        "wanadoo.fr",
        "laposte.net",
        "yahoo.de",
        "outlook.de",
        "freenet.de",
        "t-online.de",
        "interia.pl",
    ),
    *("seznam.cz", "yandex.ru"),
)
"""Where people have their mail whose domain is typed by hand a million times."""

_REAL = frozenset((*_PROVIDERS, "gail.com", "laposte.fr"))
"""They, and domains of others that are a letter off."""

_NEAR = {
    (known[0], length): [name for name in _PROVIDERS if name[0] == known[0] and abs(len(name) - length) <= 1]
    for known in _PROVIDERS
    for length in range(len(known) - 1, len(known) + 2)
}
"""Those that a domain with this first letter and length may be meant for."""

_NO_ENDINGS = (".con", ".cmo", ".ocm", ".comm", ".coom", ".vom", ".xom")
"""Endings that no registry has (data.iana.org/TLD/tlds-alpha-by-domain.txt); .com is meant."""


def likely_address(address: str) -> str:
    """The address that is likely meant by one with such a domain; "" if it looks right."""
    start = address.rfind("@") + 1
    meant = _likely_domain(address[start:].lower())
    return address[:start] + meant if meant else ""


def doubtful_addresses(addresses: Sequence[str]) -> list[int]:
    """The places of the addresses that `likely_address` has another for: each domain is looked at once."""
    domains = [address.rpartition("@")[2].lower() for address in addresses]
    doubtful = set(filter(_likely_domain, set(domains)))
    return [place for place, domain in enumerate(domains) if domain in doubtful] if doubtful else []


def _likely_domain(domain: str) -> str:
    if domain in _REAL or not ((domain[:1], len(domain)) in _NEAR or domain.endswith(_NO_ENDINGS)):
        return ""
    ending = next(filter(domain.endswith, _NO_ENDINGS), "")
    mended = f"{domain.removesuffix(ending)}.com" if ending else domain
    near = _NEAR.get((mended[:1], len(mended)), ())
    slips = [known for known in near if _is_slip(mended, known)]
    return slips[0] if len(slips) == 1 else mended if ending else ""


def _is_slip(domain: str, known: str) -> bool:
    """Endings of countries have to be the same: yahoo.dk is not yahoo.de."""
    same_ending = domain.rpartition(".")[2] == known.rpartition(".")[2]
    return (same_ending or known.endswith(".com")) and is_one_slip(domain, known)


def is_one_slip(text: str, meant: str) -> bool:
    """Whether one letter behind the first is missing, too many, wrong, or exchanged with the next."""
    if text[:1] != meant[:1] or abs(len(text) - len(meant)) > 1:
        return False
    at = next(
        (at for at, (one, other) in enumerate(zip(text, meant, strict=False)) if one != other), len(meant)
    )
    rest, right = text[at:], meant[at:]
    exchanged = rest[:2] == right[1::-1] and rest[2:] == right[2:]
    return exchanged or rest[1:] == right[1:] or rest[1:] == right or rest == right[1:]
