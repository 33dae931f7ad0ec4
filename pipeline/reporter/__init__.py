"""Stage 5: from the ledger and the kept source to what the user reads. Sends nothing and changes no row."""

from pipeline.reporter.causes import Cause
from pipeline.reporter.frames import read_results
from pipeline.reporter.log import RunLog
from pipeline.reporter.outcomes import Upshots
from pipeline.reporter.outputs import FAILED, FAILED_BOOK, RESULTS, RESULTS_BOOK, Expected
from pipeline.reporter.planned import Fated, Plan
from pipeline.reporter.reasons import REASONS, TO_EDIT, Explanation
from pipeline.reporter.summary import Counts, Requests, Source, Summary, exit_code_for
from pipeline.reporter.traffic import requests_of_last_start
from pipeline.reporter.writing import SUMMARY, Material, SourceTable, write_reports

__all__ = [
    "FAILED",
    "FAILED_BOOK",
    "REASONS",
    "RESULTS",
    "RESULTS_BOOK",
    "SUMMARY",
    "TO_EDIT",
    "Cause",
    "Counts",
    "Expected",
    "Explanation",
    "Fated",
    "Material",
    "Plan",
    "Requests",
    "RunLog",
    "Source",
    "SourceTable",
    "Summary",
    "Upshots",
    "exit_code_for",
    "read_results",
    "requests_of_last_start",
    "write_reports",
]
