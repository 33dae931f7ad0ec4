"""What makes two rows one person: normal forms of email, name and company, and the keys made of them.

Contract: email is compared without case; name and company without case, unicode form, repeated blanks,
punctuation and the legal form at the company's end; an empty part never equals anything.
"""

from pipeline.identity.across import address_keys, contents, named_keys, payloads, person_keys
from pipeline.identity.keys import address_key, claim_keys, content_key, digests, named_key, person_key
from pipeline.identity.normal import (
    company_key,
    email_key,
    folded_email,
    full_name_key,
    name_company_key,
)

__all__ = [
    "address_key",
    "address_keys",
    "claim_keys",
    "company_key",
    "content_key",
    "contents",
    "digests",
    "email_key",
    "folded_email",
    "full_name_key",
    "name_company_key",
    "named_key",
    "named_keys",
    "payloads",
    "person_key",
    "person_keys",
]
