"""The program as a whole: its commands, its exit codes, and the streams it speaks to."""

import gc
import io
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from pipeline import __version__
from pipeline.cli import failing
from pipeline.cli.calling import called_as
from pipeline.cli.speaking import results_lost, tell
from pipeline.errors import ImportFailure

COMMANDS = {
    "run": "Import spreadsheets as contacts.",
    "resume": "Go on with a run that stopped.",
    "retry": "Send the rows that failed or were not sent again.",
    "confirm": "Ask Apollo whether the created contacts are there.",
    "init": "Write a config for a file, with a reason behind every column.",
    "check": "Check a config, also against a file and your team.",
    "runs": "List the runs, newest first.",
    "show": "Show a run's summary.",
    "report": "Write a run's reports again.",
    "sandbox": "Serve a stand-in for Apollo, to rehearse with.",
}
"""Every command with what it does in a word: `--help` lists them without importing any."""

_TELLING = ("check", "runs", "show")
"""Those that leave nothing behind but what they say; all others keep it in a file too."""


class Program(click.Group):
    """The commands, each imported from the module of its name when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The commands in the order in which they are met."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"pipeline.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named first; a slip of the pen is told with what was likely meant."""
        if args[0] not in COMMANDS:
            from difflib import get_close_matches  # noqa: PLC0415 - not needed for any other start

            for near in get_close_matches(args[0], COMMANDS, n=1):
                ctx.fail(f"No such command '{args[0]}'. Did you mean '{near}'?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands in the help, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> int:
        """Runs a command; returns the exit code, whatever happens."""
        try:
            return super().invoke(ctx) or _code_of_loss(ctx)
        except (click.exceptions.Exit, click.ClickException):
            raise
        except ImportFailure as failure:
            return failing.told(failure)
        except (KeyboardInterrupt, click.Abort):
            return failing.interrupted()
        except Exception as error:  # noqa: BLE001 - the last place where a fault of our own becomes a sentence
            from pipeline.cli.crashes import crashed  # noqa: PLC0415 - hardly ever needed
            from pipeline.cli.options import OUTPUT  # noqa: PLC0415 - the same

            return crashed(error, ctx.meta.get(OUTPUT))

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,  # noqa: ANN401 - click's own signature
    ) -> NoReturn:
        """Runs the program and exits."""
        del standalone_mode
        try:
            code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.UsageError as mistake:
            tell(_sentence(mistake, prog_name or str(self.name)))
            code = mistake.exit_code
        except click.ClickException as mistake:
            tell(f"contact-import: {mistake.format_message()}")
            code = mistake.exit_code
        except click.Abort:
            code = failing.interrupted()
        except OSError as error:  # from click itself, which writes the help
            tell(f"contact-import: the output cannot be written: {error.strerror}.")
            code = click.UsageError.exit_code
        sys.exit(code)


def _code_of_loss(ctx: click.Context) -> int:
    """The exit code of a command that did all it should, but perhaps could not say it."""
    return click.UsageError.exit_code if ctx.invoked_subcommand in _TELLING and results_lost() else 0


_EXIT_CODES = """\b
Exit codes:
   0  every row created or duplicate, or a clean dry run
   1  finished, some rows in error (also of a dry run)
   2  a mistake in the command, config, source or key; nothing was sent
   3  stopped: key refused, too many errors, or no answer from Apollo
   4  interrupted
   5  the quota is used up; the message says until when
   6  another process was sending for this team for too long
  70  an internal check failed
After 3, 4, 5 and 6 the run can go on; its last line names the command.
With several sources: the highest."""


@click.group(
    cls=Program, name="contact-import", context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EXIT_CODES,
)  # fmt: skip
@click.version_option(__version__, prog_name="contact-import")
def program() -> None:
    """Brings spreadsheets of people into Apollo as contacts: never twice, never lost, every row accounted for.

    Start with a rehearsal that needs no key: contact-import run FILE --sandbox

    APOLLO_API_KEY (or APOLLO_API_KEY_FILE, a file that holds the key) is read from the environment or from .env in
    the working directory.
    """


_BETWEEN_COLLECTIONS = 50_000
"""Objects. Rows come and go by the thousand and hold no cycles: looking for some at every 700 took a sixth of a run."""


def main() -> NoReturn:
    """Runs the program with the words of the command line."""
    _prepare_streams()
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    _leave_out()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        program.main(prog_name=called_as())
    finally:
        gc.freeze()  # or Python looks through every object once more before it ends: a twentieth of `check`


def _leave_out() -> None:
    """Keeps libraries from loading what is never asked of them: a tenth of the start of an import.

    Pydantic would look through all that is installed for plugins. httpx would load rich and pygments, where they are
    installed, for a command line of its own, and does without one that cannot be imported.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]


def _prepare_streams() -> None:
    """No character is too strange for any terminal, and a stream that was closed takes everything."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _sentence(mistake: click.UsageError, name: str) -> str:
    path = mistake.ctx.command_path if mistake.ctx else name
    return f"contact-import: {mistake.format_message()}\nTry '{path} --help' for help."
