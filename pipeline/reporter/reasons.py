"""Every reason in users' words: what it is called, what it means, what to do. Program and docs come from it."""

from collections.abc import Mapping
from typing import NamedTuple

from pipeline.records import Reason


class Explanation(NamedTuple):
    """A reason for people. `why` it happens; `next_step` is "" where nothing is left to do."""

    title: str
    meaning: str
    next_step: str = ""
    why: str = ""


TO_EDIT = frozenset(
    (
        Reason.MISSING_REQUIRED,
        Reason.INVALID_EMAIL,
        Reason.INVALID_URL,
        Reason.INVALID_VALUE,
        Reason.UNREADABLE_ROW,
        Reason.REFUSED,
        Reason.EMAIL_DROPPED,
    )
)
"""Reasons that only an edit of the row mends."""

REASONS: Mapping[Reason, Explanation] = {
    Reason.NEW: Explanation(
        "new contact",
        "Apollo made a new contact.",
        why="Apollo had nobody with this address, and nobody of this name without one.",
    ),
    Reason.SETTLED: Explanation(
        "new contact, found later",
        "Apollo's answer was lost. A contact like this one was made at that very time, so it is this row's.",
        why="The connection broke, or Apollo took too long, after the request had left.",
    ),
    Reason.IN_FILE: Explanation(
        "repeated in the file",
        "The row is the same person as another row of this file, which is named in matched_row. "
        "Only that other row counts.",
        "Nothing, unless they are two people: then give each row its own email address.",
        "Exports from several lists often hold a person more than once. `dedupe` in the config says what is compared.",
    ),
    Reason.IN_HISTORY: Explanation(
        "sent before",
        "An earlier run already brought this contact to Apollo. The run and its row are named.",
        "Nothing. To send such rows all the same, run the file with --again.",
        "The file, or one with the same people, was imported before.",
    ),
    Reason.IN_APOLLO: Explanation(
        "in Apollo already",
        "Apollo had this contact. It was left as it is.",
        "Nothing. To write the row's values to such contacts, run the file with --on-match update.",
        "A colleague, another program or Apollo itself made the contact.",
    ),
    Reason.UPDATED: Explanation(
        "updated",
        "Apollo had this contact, and the row's values were written to it.",
        why="The run was told to, with --on-match update.",
    ),
    Reason.DONE_BEFORE: Explanation(
        "finished before",
        "The row comes from the results of an earlier run, which had already finished it.",
        why="A results file was fed back, and this row of it was not changed.",
    ),
    Reason.MISSING_REQUIRED: Explanation(
        "required value missing",
        "The row has too little to make a contact of. The message names the columns that would be enough.",
        "Fill the named columns in failed.xlsx and run that file.",
        "The cells are blank, or hold a word for nothing such as N/A. `require` in the config says what is enough.",
    ),
    Reason.INVALID_EMAIL: Explanation(
        "invalid email address",
        "The address cannot exist as it is written, so the row was not sent.",
        "Correct or empty the cell in failed.xlsx and run that file.",
        "A typing error, or several things in one cell. Whether the mailbox exists is not asked.",
    ),
    Reason.INVALID_URL: Explanation(
        "invalid web address",
        "The cell holds no web address, and the config says that such a row ends.",
        "Correct or empty the cell in failed.xlsx and run that file, or set `invalid: drop` for the column.",
        "Something else stands in the column, or the address was cut off.",
    ),
    Reason.INVALID_VALUE: Explanation(
        "invalid value",
        "A cell holds something that its field cannot take, so the row was not sent.",
        "Correct or empty the cell in failed.xlsx and run that file.",
        "An id or a stage that the team does not have, a phone number without digits, or a formula as text.",
    ),
    Reason.UNREADABLE_ROW: Explanation(
        "unreadable row",
        "It is not clear which cell of the row belongs to which column, so the row was not sent.",
        "Mend the row in the original file, or in failed.xlsx, and run that file.",
        "In a CSV file, a delimiter or a quotation mark stands in a cell that is not quoted.",
    ),
    Reason.REFUSED: Explanation(
        "refused by Apollo",
        "Apollo did not accept the row and made no contact. The message holds Apollo's words.",
        "Correct what Apollo names in failed.xlsx and run that file.",
        "Apollo has rules of its own for some fields.",
    ),
    Reason.EMAIL_DROPPED: Explanation(
        "made without its email address",
        "Apollo made the contact but did not take the email address.",
        "Correct the address in failed.xlsx and run that file: the contact is changed, never made again.",
        "Apollo leaves out an address that it holds to be none, without a word.",
    ),
    Reason.SERVER_ERROR: Explanation(
        "failed at Apollo",
        "Apollo failed three times at this row. The contact was surely not made.",
        "Try again later with `retry`.",
        "A fault at Apollo, mostly a passing one.",
    ),
    Reason.OUTCOME_UNKNOWN: Explanation(
        "not known whether it was created",
        "Apollo's answer was lost, and it is not known whether the contact was made. "
        "The row is not sent again, so that no contact is made twice.",
        "If the run can be resumed, `resume` will find out. Otherwise look for the contact in Apollo.",
        "The connection broke, or the program was stopped, after the request had left.",
    ),
    Reason.DRY_RUN: Explanation(
        "would be sent",
        "This was a dry run: nothing was sent.",
        "`resume` sends exactly what was shown.",
        "The run was started with --dry-run.",
    ),
    Reason.INTERRUPTED: Explanation(
        "not sent: interrupted",
        "The run was interrupted before this row's turn.",
        "`resume` goes on.",
        "Ctrl-C, a signal, or a computer that went off.",
    ),
    Reason.QUOTA: Explanation(
        "not sent: quota used up",
        "The team may send no more requests for now, and the wait is longer than the run may wait.",
        "`resume` goes on when the team may send again; the run's last line says when.",
        "Apollo allows a team a number of requests a minute, an hour and a day. `max_wait` says how long a run waits.",
    ),
    Reason.UNAUTHORIZED: Explanation(
        "not sent: key refused",
        "Apollo refused the API key, or the key may not do what the run needs.",
        "Give the program a key that may, then `resume`.",
        "The key was revoked or mistyped, or lacks a scope.",
    ),
    Reason.STOPPED: Explanation(
        "not sent: run stopped",
        "The run stopped before this row's turn: too many errors, or Apollo did not answer.",
        "See to the cause that the run named; its last line says how to go on.",
        "More rows failed than `max_errors` allows, or there was no connection for two minutes.",
    ),
    Reason.SUPERSEDED: Explanation(
        "not sent: overtaken by a later run",
        "A later run has sent this contact meanwhile with other values. The older ones must not replace them.",
        "Nothing. To send these values all the same, run the file again with --on-match update.",
        "A run was resumed after another one had begun with the same people.",
    ),
}
