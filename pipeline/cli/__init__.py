"""The program `contact-import`: one file a command, each with its options; what a command does is imported on call.

Nothing heavy is imported before a command runs, so that `--help` and mistyped commands answer at once.
"""

from pipeline.cli.program import main, program

__all__ = ["main", "program"]
