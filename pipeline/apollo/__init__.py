"""Apollo's API: the client, what its answers mean, and its quota."""

from pipeline.apollo.answers import Answer, Call, Decision, Fault, Verdict, decide, quota_of, words_of
from pipeline.apollo.client import BULK_SIZE, PAGE_SIZE, RETRIED, ApolloClient, Log
from pipeline.apollo.limiter import DAY, HOUR, MINUTE, Limiter, Limits, Slot, Wait
from pipeline.apollo.transports import transport_to

__all__ = [
    "BULK_SIZE",
    "DAY",
    "HOUR",
    "MINUTE",
    "PAGE_SIZE",
    "RETRIED",
    "Answer",
    "ApolloClient",
    "Call",
    "Decision",
    "Fault",
    "Limiter",
    "Limits",
    "Log",
    "Slot",
    "Verdict",
    "Wait",
    "decide",
    "quota_of",
    "transport_to",
    "words_of",
]
