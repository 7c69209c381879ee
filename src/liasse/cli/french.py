"""
click in French: help pages, usage errors, and parameter types whose refusals are sentences.

click speaks through gettext, without a French catalogue: here its pages are written, and its errors
told, by us.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import click

from liasse.amounts import NO_BREAK_SPACE
from liasse.errors import nearest

_FIRST_YEAR, _LAST_YEAR = 1990, 2100


class FrenchCommand(click.Command):
    """A command whose help and errors are in French."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return `--help`, described in French."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Affiche cette aide."
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line of usage."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Usage : ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, without the English marks that click adds."""
        records = [_record(option) for option in self.get_params(ctx) if isinstance(option, click.Option)]
        with formatter.section(f"Options{NO_BREAK_SPACE}"):
            formatter.write_dl(records)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and refuse what is left over."""
        ctx.allow_extra_args = True
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise
        if rest and not isinstance(self, click.Group):
            raise click.UsageError(f"Argument en trop : « {rest[0]} ».", ctx)
        return rest


class FrenchGroup(FrenchCommand, click.Group):
    """
    A group whose help and errors are in French, and whose commands are loaded when they are called.

    `summaries` gives the line of help of each command, without loading it.
    """

    def __init__(
        self,
        summaries: Mapping[str, str],
        load: Callable[[str], click.Command],
        **settings: Any,  # noqa: ANN401 - what click.Group takes
    ) -> None:
        super().__init__(**settings, subcommand_metavar="COMMANDE [ARGUMENTS]…", no_args_is_help=True)
        self._summaries = summaries
        self._load = load

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        del ctx
        return self._load(cmd_name) if cmd_name in self._summaries else None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        super().format_options(ctx, formatter)
        with formatter.section(f"Commandes{NO_BREAK_SPACE}"):
            formatter.write_dl(list(self._summaries.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say that it does not exist."""
        name, known = args[0], self._summaries
        if name not in known:
            said = f"Commande inconnue « {name} ».{nearest(name, known)} Commandes : {', '.join(known)}."
            raise click.UsageError(said, ctx)
        return super().resolve_command(ctx, args)


def _record(option: click.Option) -> tuple[str, str]:
    names = ", ".join(sorted(option.opts, key=len))
    value = "" if option.is_flag or option.count else f" {option.make_metavar(_NO_CONTEXT)}"
    return names + value, option.help or ""


_NO_CONTEXT: Final = click.Context(click.Command("liasse"))


class Word(click.ParamType[str]):
    """One word among a few."""

    def __init__(self, name: str, words: Sequence[str]) -> None:
        self.name = name
        self.words = tuple(words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401
        """Return the word, in the case of the list."""
        word = str(value).lower()
        if word not in self.words:
            known = f"{', '.join(self.words[:-1])} ou {self.words[-1]}"
            self.fail(f"« {value} » n'est pas admis : {known}.{nearest(word, self.words)}", param, ctx)
        return word


class WholeNumber(click.ParamType[int]):
    """A whole number between two bounds."""

    def __init__(self, name: str, low: int, high: int, example: str) -> None:
        self.name = name
        self.low, self.high, self.example = low, high, example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401
        """Return the number."""
        text = str(value)
        if not (text.isascii() and text.isdigit()) or not self.low <= int(text) <= self.high:
            self.fail(f"« {value} » n'est pas {self.example}.", param, ctx)
        return int(text)


YEAR: Final = WholeNumber("année", _FIRST_YEAR, _LAST_YEAR, "une année, par exemple 2022")
COUNT: Final = WholeNumber("nombre", 0, 10**9, "un nombre entier, par exemple 5")


def say_usage_error(error: click.ClickException) -> str:
    """Say a usage error in one or two French sentences; the help page when nothing was given."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    context = error.ctx if isinstance(error, click.UsageError) else None
    command = context.command_path if context is not None else "liasse"
    said = next((say(error) for kind, say in _SAY if isinstance(error, kind)), error.message)
    return f"{said}\nVoyez l'aide : {command} --help"


def _say_no_option(error: Any) -> str:  # noqa: ANN401 - the table below pairs each with its class
    known = (
        [name for option in error.ctx.command.get_params(error.ctx) for name in option.opts]
        if error.ctx
        else []
    )
    return f"Option inconnue « {error.option_name} ».{nearest(error.option_name, known)}"


def _say_missing(error: Any) -> str:  # noqa: ANN401
    parameter = error.param
    if isinstance(parameter, click.Argument):
        return f"Il manque l'argument {parameter.make_metavar(_NO_CONTEXT)}."
    return f"Il manque l'option {parameter.opts[-1]} : {parameter.help}"


def _say_option_usage(error: Any) -> str:  # noqa: ANN401
    options = error.ctx.command.get_params(error.ctx) if error.ctx else []
    if any(error.option_name in option.opts and getattr(option, "is_flag", False) for option in options):
        return f"L'option {error.option_name} ne prend pas de valeur."
    return f"L'option {error.option_name} attend une valeur."


def _say_parameter(error: Any) -> str:  # noqa: ANN401
    parameter = error.param
    name = (
        parameter.make_metavar(_NO_CONTEXT) if isinstance(parameter, click.Argument) else parameter.opts[-1]
    )
    return f"{name} : {error.message}"


_SAY: Final[tuple[tuple[type[click.ClickException], Callable[[Any], str]], ...]] = (
    (click.NoSuchOption, _say_no_option),
    (click.MissingParameter, _say_missing),
    (click.BadOptionUsage, _say_option_usage),
    (click.BadParameter, _say_parameter),
)
"""How each error of click is told; the order matters: MissingParameter is a BadParameter."""
