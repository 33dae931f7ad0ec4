"""What becomes of a failure: a sentence for the user, and the exit code."""

from pipeline.cli.speaking import tell
from pipeline.errors import BrokenPromise, ImportFailure, RunInterrupted


def told(failure: ImportFailure) -> int:
    """Says why, and returns the exit code."""
    tell(f"contact-import: {failure}")
    if isinstance(failure, BrokenPromise):
        tell(
            "This is a fault of the program. Nothing will be sent twice. Keep the run's folder and ledger.db as "
            "they are, and report it with the sentence above."
        )
    return failure.exit_code


def interrupted() -> int:
    """Says that the user ended it, and returns the exit code."""
    return told(RunInterrupted("Interrupted. `runs` shows what can be resumed."))
