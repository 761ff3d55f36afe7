"""The catalogues of the interface.

    python tools/glossary.py words     put participation/words.toml into both languages
    python tools/glossary.py update    the same, and take up every new sentence of code and templates, drop old ones
    python tools/glossary.py missing   list what has no English yet, and broken placeholders; exit code 1 if any

German sentences are their own msgid and stay empty in the German catalogue on purpose. A module with a folder
`translations/` keeps the sentences of its files there; all others belong to `participation/translations/`.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
CORE = Path("participation")
LANGUAGES = ("de", "en")
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)  # a fixed date: a catalogue changes only when its words do
TESTS = re.compile(r"(^|/)tests/")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")

Words = dict[str, dict[str, str]]


def words(root: Path) -> Words:
    """The glossary: key → language → text. Raises ValueError where the languages have different placeholders."""
    glossary: Words = tomllib.loads((root / CORE / "words.toml").read_text("utf-8"))
    for key, texts in glossary.items():
        if len({frozenset(PLACEHOLDER.findall(texts[language])) for language in LANGUAGES}) > 1:
            raise ValueError(f"words.toml: {key} has different placeholders in its languages")
    return glossary


def owners(root: Path) -> list[Path]:
    """The folders with catalogues of their own, the core last."""
    return [*sorted(path.parent.relative_to(root) for path in root.glob("modules/*/translations")), CORE]


def catalogue_path(root: Path, owner: Path, language: str) -> Path:
    return root / owner / "translations" / language / "LC_MESSAGES" / "messages.po"


def read(root: Path, owner: Path, language: str) -> Catalog:
    path = catalogue_path(root, owner, language)
    if path.exists():
        with path.open("rb") as stream:
            return read_po(stream, locale=language)
    return Catalog(
        locale=language,
        project="participation",
        version="1",
        header_comment="# Translations of PROJECT.",
        creation_date=BEGINNING,
        revision_date=BEGINNING,
        msgid_bugs_address="see CONTRIBUTING.md",
        last_translator="see the history of this file",
        language_team=language,
        fuzzy=False,
    )


def write(root: Path, owner: Path, catalogue: Catalog) -> None:
    path = catalogue_path(root, owner, str(catalogue.locale))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_po(stream, catalogue, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False)


def put_words(catalogue: Catalog, glossary: Words) -> None:
    """Set the glossary's entries in a catalogue of the core and leave all others alone."""
    for key, texts in glossary.items():
        message = catalogue.get(key) or catalogue.add(key)
        message.string = texts[str(catalogue.locale)]
        message.flags.discard("fuzzy")


def sentences(root: Path) -> dict[Path, Catalog]:
    """A template per owner with every msgid that code and templates ask for."""
    with (root / "babel.cfg").open() as stream:
        methods, options = parse_mapping_cfg(stream)  # type: ignore[no-untyped-call]
    templates = {owner: Catalog(fuzzy=False) for owner in owners(root)}
    keys = words(root)
    found = extract_from_dir(root, methods, options, keywords={}, directory_filter=_is_source)
    for name, line, msgid, comments, context in found:
        if not TESTS.search(name) and not _begins_a_key(msgid, keys):
            owner = next((owner for owner in templates if Path(name).is_relative_to(owner)), CORE)
            templates[owner].add(msgid, locations=[(name, line)], auto_comments=comments, context=context)
    return templates


def _begins_a_key(msgid: str | tuple[str, ...], keys: Words) -> bool:
    """Whether code asks for a group of words, as in `_("stage." + name)`: the keys themselves are entries already."""
    return isinstance(msgid, str) and msgid.endswith(".") and any(key.startswith(msgid) for key in keys)


def _is_source(folder: str | Path) -> bool:
    return not Path(folder).name.startswith((".", "_", "node_modules"))


def entries(catalogue: Catalog) -> Iterator[Message]:
    """All messages but the header."""
    return (message for message in catalogue if message.id)


def untranslated(root: Path) -> Iterator[str]:
    """What a reader of English would see in German, and every translation whose placeholders do not fit."""
    glossary = words(root)
    for owner in owners(root):
        for message in entries(read(root, owner, "en")):
            texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
            if not all(texts) or message.fuzzy:
                yield f"{owner}: no English for {message.id!r}"
        for language in LANGUAGES:
            catalogue = read(root, owner, language)
            for message, errors in catalogue.check():
                yield from (f"{owner}, {language}: {message.id!r}: {error}" for error in errors)
            keys = {str(message.id) for message in entries(catalogue)}
            if owner == CORE and not glossary.keys() <= keys:
                yield f"{owner}, {language}: words.toml has changed, run `glossary.py words`"


@click.group()
def main() -> None:
    """Keep the catalogues of the interface."""


@main.command("words")
def words_command() -> None:
    """Put the glossary into both catalogues."""
    glossary = words(ROOT)
    for language in LANGUAGES:
        catalogue = read(ROOT, CORE, language)
        put_words(catalogue, glossary)
        write(ROOT, CORE, catalogue)


@main.command("update")
def update_command() -> None:
    """Take up new sentences, drop old ones, keep every translation."""
    glossary = words(ROOT)
    for owner, template in sentences(ROOT).items():
        for key in glossary if owner == CORE else ():
            template.add(key)
        for language in LANGUAGES:
            catalogue = read(ROOT, owner, language)
            catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
            if owner == CORE:
                put_words(catalogue, glossary)
            write(ROOT, owner, catalogue)


@main.command("missing")
def missing_command() -> None:
    """List what has no English, and exit with 1 if anything is listed."""
    found = list(untranslated(ROOT))
    for line in found:
        click.echo(line)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
