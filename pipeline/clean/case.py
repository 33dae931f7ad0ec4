"""Capital letters for names and titles that were typed in one case."""

import re

_SMALL = frozenset(
    re.findall(
        r"\S+",
        "van von de del della di da dos das do du des der den ter ten te zu zum zur vom la le el al bin ibn ben af av "
        "und and et y e i of the for für et& à a an in on at for to & na w i op aan",
    )
)
_KEPT = frozenset(
    re.findall(
        r"\S+",
        "CEO CTO CFO COO CMO CIO CSO CRO CPO CISO CHRO VP SVP EVP AVP HR IT PR QA UX UI GM MD PHD MBA USA UK EU UAE "
        "EMEA APAC DACH II III IV AG SE KG NV BV SA SRL LLC LLP PLC AB AS OY B2B B2C AI ERP CRM SAP SEO",
    )
)
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_MAC = re.compile(r"(Mc)([a-z])")
_APOSTROPHE = re.compile(r"\A([DOL])(['\u2019])([a-z])")


def title(text: str) -> str:
    """Capital letters where a text is all capitals or has none: `JANE VAN DER BERG`, `mcdonald`, `o'neil`.

    A text in both cases is left as it is; particles stay small but for the first word, common abbreviations large.
    """
    if text != text.upper() and text != text.lower():
        return text
    start = next((found.start() for found in _WORD.finditer(text)), 0)
    return _WORD.sub(lambda found: _cased(found[0], first=found.start() == start), text)


def _cased(word: str, *, first: bool) -> str:
    if word.upper() in _KEPT:
        return word.upper()
    small = word.lower()
    if small in _SMALL and not first:
        return small
    capital = small[:1].upper() + small[1:]
    capital = _MAC.sub(lambda found: found[1] + found[2].upper(), capital)
    return _APOSTROPHE.sub(lambda found: found[1] + found[2] + found[3].upper(), capital)
