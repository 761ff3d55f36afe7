"""Which modules exist. Lives on the app; a broken module is refused with a sentence, the rest starts."""

import importlib
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import Flask, current_app

from participation.interfaces import INTERFACE, Action, ContributionType, Found, Module, PhaseKind
from participation.kernel.db import Base

log = logging.getLogger(__name__)

ACCEPTED = {INTERFACE, INTERFACE - 1} - {0}
NAME = re.compile(r"[a-z][a-z0-9]{1,30}")


class ModuleRefusedError(Exception):
    """A module that cannot be used; the message names the culprit and says why."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A module that was left out, and the sentence that says why."""

    name: str
    sentence: str


class Registry:
    """The modules of an app: by name, with their actions, phase kinds and contribution types."""

    def __init__(self, found: Iterable[Found] = (), refusals: Iterable[Refusal] = ()) -> None:
        self._found = {entry.module.name: entry for entry in found}
        self.refusals = tuple(refusals)

    def __iter__(self) -> Iterator[Module]:
        return (entry.module for entry in self._found.values())

    def __contains__(self, name: object) -> bool:
        return name in self._found

    def get(self, name: str) -> Module | None:
        """The module with a name, None when it is not installed."""
        entry = self._found.get(name)
        return entry.module if entry else None

    def folders(self) -> dict[str, Path]:
        """Module name -> its folder."""
        return {name: entry.folder for name, entry in self._found.items()}

    def action(self, name: str) -> Action | None:
        """A module's action by its full name."""
        module = self.get(name.partition(":")[0])
        return next((action for action in module.actions if action.name == name), None) if module else None

    def phase_kind(self, module_name: str, kind: str) -> PhaseKind | None:
        """What a module says a phase kind means."""
        module = self.get(module_name)
        return next((entry for entry in module.phases if entry.name == kind), None) if module else None

    def contribution_type(self, name: str) -> ContributionType | None:
        """A contribution type by its full name, None when its module is gone."""
        return next((entry for entry in self.contribution_types_of(name.partition(".")[0]) if entry.name == name), None)

    def contribution_types_of(self, module: str) -> Sequence[ContributionType]:
        """What people add in the formats of a module, nothing when it is gone."""
        found = self.get(module)
        return found.contributions if found else ()


def installed() -> Registry:
    """The modules of the app that is at work."""
    found: Registry = current_app.extensions["registry"]
    return found


def discover(app: Flask, more: Iterable[Found] = ()) -> Registry:
    """Find, check and load the modules this installation wants, and those that are handed in."""
    settings = app.config["SETTINGS"]
    if settings["safe_mode"]:
        return Registry()
    found: dict[str, Found] = {}
    refusals = []
    handed = [(entry.module.name, lambda entry=entry: entry) for entry in more]
    for name, load in [*_candidates(app, settings), *handed]:
        try:
            entry = load()
            _check(entry, found)
            found[entry.module.name] = entry
        except Exception as error:
            sentence = f"Module {name} is left out: {error}"
            log.error(sentence)
            refusals.append(Refusal(name=name, sentence=sentence))
    return Registry(found.values(), refusals)


def _candidates(app: Flask, settings: dict[str, Any]) -> Iterator[tuple[str, Callable[[], Found]]]:
    folder = Path(app.config["MODULES_FOLDER"])
    for path in sorted(folder.glob("*/manifest.py")):
        name = path.parent.name
        if name not in settings["modules_disabled"]:
            yield name, lambda name=name, path=path: _from_folder(name, path.parent)  # type: ignore[misc]
    for entry in entry_points(group="participation.modules"):
        if entry.name in settings["modules_installed"]:
            yield entry.name, lambda entry=entry: _from_entry_point(entry)  # type: ignore[misc]


def _from_folder(name: str, folder: Path) -> Found:
    module = getattr(importlib.import_module(f"modules.{name}.manifest"), "module", None)
    if isinstance(module, Module) and module.name != name:
        raise ModuleRefusedError(f"its manifest says {module.name!r}, its folder {name!r}.")
    return Found(module=module, folder=folder)  # type: ignore[arg-type] # `_check` refuses what is no Module


def _from_entry_point(entry: Any) -> Found:
    module = entry.load()
    spec = find_spec(entry.module.rpartition(".")[0])
    return Found(module=module, folder=Path(str(spec.origin)).parent if spec else Path())


def _check(entry: Found, found: dict[str, Found]) -> None:
    """Raise with a sentence unless the manifest keeps the contract."""
    module = entry.module
    if not isinstance(module, Module):
        raise ModuleRefusedError("its manifest has no `module = Module(...)`.")
    core_tables = {name.partition("_")[0] for name in Base.metadata.tables if "__" not in name}
    problems = [
        (module.name in found, "another module has the same name."),
        (not NAME.fullmatch(module.name), "its name must be one lower-case word."),
        (module.name in core_tables, f"its name {module.name!r} starts a table of the core."),
        (
            module.interface not in ACCEPTED,
            f"it speaks interface {module.interface}, this platform {INTERFACE}.",
        ),
        (module.blueprint.name != module.name, "its blueprint must carry its name."),
        *_action_problems(module),
        *((find_spec(name) is None, f"it needs the package {name}.") for name in module.requires),
        *_string_problems(module),
    ]
    for is_problem, sentence in problems:
        if is_problem:
            raise ModuleRefusedError(sentence)


def _action_problems(module: Module) -> Iterator[tuple[bool, str]]:
    own = {action.name for action in module.actions}
    for action in module.actions:
        both = bool(action.staff) == action.taking_part
        yield both, f"action {action.name} must be for staff or for taking part, one of the two."
        yield (
            not action.name.startswith(f"{module.name}:"),
            f"action {action.name} must start with {module.name}:.",
        )
    for kind in module.phases:
        foreign = {name for name in kind.opens if not name.startswith("core:")} - own
        yield (
            bool(foreign),
            f"phase {kind.name} opens {', '.join(sorted(foreign))}, which it does not declare.",
        )
    for entry in module.contributions:
        yield (
            not entry.name.startswith(f"{module.name}."),
            f"type {entry.name} must start with {module.name}..",
        )


def _string_problems(module: Module) -> Iterator[tuple[bool, str]]:
    heavy: list[object] = [module.collect, module.count, *(export.rows for export in module.exports)]
    for value in [*heavy, *(entry.run for entry in module.imports)]:
        if isinstance(value, str):
            yield not _exists(value), f"{value} does not exist."


def _exists(dotted: str) -> bool:
    """Whether the file a dotted string names is there; it is not loaded yet."""
    try:
        return find_spec(dotted.partition(":")[0]) is not None
    except ModuleNotFoundError:  # a package above it is missing
        return False


def load_callable(value: Callable[..., Any] | str) -> Callable[..., Any]:
    """The callable itself, or the one a dotted string names."""
    if not isinstance(value, str):
        return value
    module, _, name = value.partition(":")
    loaded: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return loaded
