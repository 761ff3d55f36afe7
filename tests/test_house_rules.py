"""The rules of the house as tests: each failure names file and function, and says what to write instead."""

import ast
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from participation.kernel.config import ConfigSchema
from participation.kernel.db import Base
from participation.kernel.events import Event
from participation.web.guard import rule_of

ROOT = Path(__file__).resolve().parents[1]
CODE = sorted([ROOT / "app.py", *ROOT.glob("participation/**/*.py"), *ROOT.glob("modules/**/*.py")])
OURS = [
    path for path in CODE if "versions" not in path.parts and "tests" not in path.parts and "alembic" not in path.parts
]
TEMPLATES = sorted([*ROOT.glob("templates/**/*.*"), *ROOT.glob("modules/*/templates/**/*.*")])
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "managers"}
FILE_LINES, VIEW_LINES = 250, 25
VERBS = {"get", "post", "route"}
SAFE_MADE_ON_WRITE = re.compile(r"(?:^|[._ ])(?:html|description_html)\b")


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def parsed(path):
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def told(faults, advice):
    assert not faults, f"{advice}\n  " + "\n  ".join(sorted(faults))


def test_every_view_says_who_may_call_it(app):
    faults = [
        f"{rule.rule} → {view.__module__}.{view.__name__}"
        for rule in app.url_map.iter_rules()
        if rule_of(view := app.view_functions[rule.endpoint]) is None
    ]
    told(faults, "Write @access(ACTION), @personal or @public above the view (participation.web.guard):")


def test_a_view_is_about_ten_lines():
    faults = []
    for path in OURS:
        if path.parent.name in ("pages", "api") or path.name == "views.py":
            for node in functions(parsed(path)):
                lines = 1 + node.body[-1].end_lineno - node.body[0].lineno
                if is_view(node) and lines > VIEW_LINES:
                    faults.append(f"{name_of(path)}: {node.name} has {lines} lines")
    told(faults, f"A view parses, calls one service, redirects (about ten lines, at most {VIEW_LINES}):")


def is_view(node):
    calls = [entry.func if isinstance(entry, ast.Call) else entry for entry in node.decorator_list]
    return any(getattr(call, "attr", getattr(call, "id", "")) in VERBS | {"everywhere"} for call in calls)


def test_nothing_is_imported_inside_a_function():
    faults = [
        f"{name_of(path)}:{inner.lineno} in {node.name}"
        for path in OURS
        for node in functions(parsed(path))
        for inner in ast.walk(node)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    ]
    told(faults, "Move the import to the top; if that makes a circle, the code stands in the wrong room:")


def test_nobody_asks_who_is_logged_in_below_the_views():
    faults = [
        f"{name_of(path)}:{node.lineno}"
        for path in OURS
        if "web" not in path.parts and "pages" not in path.parts
        for node in ast.walk(parsed(path))
        if (isinstance(node, ast.Name) and node.id == "current_user")
        or (isinstance(node, ast.alias) and node.name == "current_user")
    ]
    told(faults, "Take the acting person or participant as an argument instead of current_user:")


def test_services_and_queries_know_no_flask():
    faults = []
    for path in OURS:
        if (
            path.name in ("services.py", "queries.py", "lifecycle.py", "ratings.py", "drafts.py", "counters.py")
            and "web" not in path.parts
        ):
            for node in ast.walk(parsed(path)):
                module = node.module if isinstance(node, ast.ImportFrom) else None
                if module and (module.split(".")[0] in ("flask", "flask_login", "flask_wtf", "werkzeug")):
                    faults.append(f"{name_of(path)}:{node.lineno} imports {module}")
    told(faults, "What a service needs it gets as an argument; only flask_babel's texts may be imported:")


LISTS = {"participation/interfaces.py"}  # one long list of declarations, read as one page


def test_files_are_small():
    faults = [
        f"{name_of(path)}: {n} lines"
        for path in OURS
        if (n := len(path.read_text("utf-8").splitlines())) > FILE_LINES and name_of(path) not in LISTS
    ]
    told(faults, f"Does the file have two reasons to change? Split it (at most {FILE_LINES} lines):")


def test_no_file_is_called_after_nothing():
    faults = [name_of(path) for path in OURS if path.stem in NO_NAMES or path.parent.name in NO_NAMES]
    told(faults, "Name the file after what it knows, not utils, helpers, common, misc or base:")


def test_no_class_is_a_manager_or_helper():
    faults = [
        f"{name_of(path)}: {node.name}"
        for path in OURS
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef) and re.search(r"(Manager|Helper|Util)s?$", node.name)
    ]
    told(faults, "Name the class after what it is:")


def test_everything_public_in_services_is_promised_in_a_sentence():
    faults = []
    for path in OURS:
        if path.name in ("services.py", "interfaces.py"):
            for node in parsed(path).body:
                public = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
                if public and not ast.get_docstring(node):
                    faults.append(f"{name_of(path)}: {node.name}")
    told(faults, "Say in a docstring what is promised, and which errors are raised:")


def test_templates_hold_no_inline_style_script_or_handler():
    pattern = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.IGNORECASE)
    faults = [
        f"{name_of(path)}:{number}: {line.strip()[:100]}"
        for path in TEMPLATES
        if path.suffix == ".html" and "mail" not in path.parts  # mail programs know no other style
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    told(faults, "The policy of the pages allows no inline style, script or handler; use a class or a file:")


def test_only_what_was_made_safe_on_write_is_marked_as_safe():
    faults = []
    for path in TEMPLATES:
        for expression in re.findall(r"\{\{(.*?)\}\}", path.read_text("utf-8"), re.DOTALL):
            value, marked, _ = expression.partition("| safe")
            if not marked:
                value, marked, _ = expression.partition("|safe")
            if marked and not SAFE_MADE_ON_WRITE.search(value):
                faults.append(f"{name_of(path)}: {expression.strip()}")
    told(faults, "Only columns named html, sanitised on write by kernel/text.py, may be marked as safe:")


def template_folder(path):
    parts = path.parts
    return Path(*parts[: len(parts) - 1 - parts[::-1].index("templates") + 1])


def test_every_template_is_used():
    sources = {path: path.read_text("utf-8") for path in (*OURS, *TEMPLATES)}
    faults = []
    for path in TEMPLATES:
        name = path.relative_to(template_folder(path)).as_posix()
        mail = name.removeprefix("mail/").removesuffix(path.suffix)
        wanted = (f'"{name}"', f"'{name}'", f'"{mail}"' if name.startswith("mail/") else f'"{name}"')
        if not any(word in text for other, text in sources.items() if other != path for word in wanted):
            faults.append(name_of(path))
    told(faults, "Nobody uses these templates; delete them:")


def test_a_component_is_a_macro_with_the_name_of_its_file():
    faults = [
        name_of(path)
        for path in sorted(ROOT.glob("templates/components/*.html"))
        if f"macro {path.stem}(" not in (text := path.read_text("utf-8"))
        and not path.stem.endswith("_parts")
        and "macro" in text
    ]
    told(faults, "Name the macro like the file, so that it is found:")


def test_what_a_module_declares_starts_with_its_name(app):
    faults = []
    for module in app.extensions["registry"]:
        faults += [action.name for action in module.actions if not action.name.startswith(f"{module.name}:")]
        faults += [entry.name for entry in module.contributions if not entry.name.startswith(f"{module.name}.")]
        faults += [kind.name for kind in module.phases if not re.fullmatch(r"[a-z][a-z_]*", kind.name)]
        faults += [
            cls.name
            for cls in Event.known.values()
            if is_from(module, cls) and not cls.name.startswith(f"{module.name}.")
        ]
        faults += [
            table
            for table in Base.metadata.tables
            if table.startswith(module.name) and not table.startswith(f"{module.name}__")
        ]
    told(faults, "Actions, types, events and tables of a module start with its name:")


def is_from(module, cls):
    return cls.__module__.startswith(f"modules.{module.name}.")


def test_events_are_named_room_and_fact_and_hold_ids_only():
    faults = []
    for name, cls in Event.known.items():
        if cls.__module__.startswith(("participation.", "modules.")):
            if not re.fullmatch(r"[a-z]+\.[a-z_]+", name):
                faults.append(f"{cls.__module__}.{cls.__name__}: {name}")
            faults += [
                f"{name} holds {field}" for field in cls.__annotations__ if field in ("email", "text", "title", "body")
            ]
    told(faults, "An event is called room.what_happened and holds ids, never words or addresses:")


def test_no_two_events_share_a_name():
    names = []
    for path in OURS:
        names += re.findall(r'name: ClassVar\[str\] = "([a-z_.]+)"', path.read_text("utf-8"))
    told([name for name, times in Counter(names).items() if times > 1], "Two facts need two names:")


def test_every_setting_is_explained_and_every_explained_one_is_known():
    explained = tomllib.loads((ROOT / "config/default.toml").read_text("utf-8"))
    known = set(ConfigSchema._declared_fields) - {"environment"}  # the environment chooses the file
    told(known - set(explained), "Explain the setting in config/default.toml:")
    told(set(explained) - known, "Nobody reads this setting; take it out of config/default.toml:")


GLOBAL = {
    "tenant",
    "person",
    "login_session",
    "second_factor",
    "passkey",
    "retention_rule",
    "recovery_code",
    "event",
    "event_delivery",
    "event_seal",
    "lease",
    "limit_bucket",
    "spent_challenge",
    "scope_version",
    "personal_data",
}
NULL_IS_THE_PORTAL = {"token", "consent", "legal_page", "barrier_report"}  # no authority: the portal over all


@pytest.mark.requirement("RA-5.1.2-01")
def test_every_table_of_a_tenant_says_so_and_its_keys_keep_tenants_apart():
    faults = []
    for table in Base.metadata.tables.values():
        if table.name in GLOBAL | NULL_IS_THE_PORTAL:
            continue
        columns = {tuple(key.columns.keys()) for key in table.constraints if type(key).__name__ == "UniqueConstraint"}
        if "tenant_id" not in table.columns or table.columns["tenant_id"].nullable:
            faults.append(f"{table.name}: tenant_id NOT NULL is missing")
        elif ("tenant_id", "id") not in columns:
            faults.append(f"{table.name}: UniqueConstraint('tenant_id', 'id') is missing")
    told(faults, "From the first migration on, every tenant-owned table can be told apart:")


def test_keys_to_owners_are_composite_and_optional_ones_are_not():
    """To a table with `tenant_id` either (tenant_id, …) with CASCADE, or one nullable column with SET NULL."""
    faults = []
    for table in Base.metadata.tables.values():
        for key in table.foreign_key_constraints:
            target = key.referred_table
            here = ".".join([table.name, *key.column_keys])
            if len(key.column_keys) == 2:
                if key.column_keys[0] != "tenant_id" or key.ondelete != "CASCADE":
                    faults.append(f"{here}: owned_by(…), tenant_id first, ON DELETE CASCADE")
            elif (
                "tenant_id" in target.columns
                and target.name not in GLOBAL | NULL_IS_THE_PORTAL
                and key.ondelete != "SET NULL"
            ):
                faults.append(f"{here}: to an owner use owned_by('{target.name}'); an optional reference sets null")
            elif key.ondelete == "SET NULL" and not table.columns[key.column_keys[0]].nullable:
                faults.append(f"{here}: sets null, but may not be null")
    told(faults, "A single key with CASCADE could join two tenants; a composite SET NULL would null the tenant:")


def test_every_key_and_constraint_has_a_name():
    faults = [
        f"{table.name}: {key}" for table in Base.metadata.tables.values() for key in table.constraints if not key.name
    ]
    told(faults, "Name the constraint, else SQLite cannot change it later:")


def test_german_texts_use_german_quotation_marks():
    faults = []
    for path in sorted(ROOT.glob("**/translations/de/LC_MESSAGES/messages.po")):
        if ".venv" in path.parts:
            continue
        with path.open("rb") as file:
            for entry in read_po(file):
                texts = entry.string if isinstance(entry.string, (tuple, list)) else (entry.string if entry.id else "",)
                for words in texts:
                    if words and ('"' in re.sub(r"<[^>]*>", "", words) or " - " in words or "!" in words):
                        faults.append(f"{name_of(path)}: {words}")
    told(faults, "Write „so“, a dash as –, and no exclamation mark:")


def test_source_texts_use_german_quotation_marks_too():
    pattern = re.compile(r"""_l?\(\s*(["'])(.*?)(?<!\\)\1""")
    faults = []
    for path in (*OURS, *TEMPLATES):
        if path.suffix in (".py", ".html", ".txt"):
            for _, words in pattern.findall(path.read_text("utf-8")):
                if '\\"' in words or "!" in words or re.search(r"[äöüß].* - ", words):
                    faults.append(f"{name_of(path)}: {words}")
    told(faults, "Write „so“, a dash as –, and no exclamation mark:")


def test_placeholders_in_texts_have_names():
    pattern = re.compile(r"""(?:_|_l|gettext|ngettext)\(\s*(["'])(.*?)(?<!\\)\1""")
    faults = []
    for path in (*OURS, *TEMPLATES):
        if path.suffix in (".py", ".html", ".txt"):
            for _, words in pattern.findall(path.read_text("utf-8")):
                if re.search(r"%[sd]|\{\}|\{[a-z]+\}", words):
                    faults.append(f"{name_of(path)}: {words}")
    told(faults, "Placeholders are named, so that a translation may turn them around: %(name)s:")


def test_no_path_of_this_machine_stands_in_the_project():
    faults = []
    for path in (*CODE, *TEMPLATES, *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("config/*.toml")):
        if re.search(r"(?<![\w.])/(?:home|work|root|Users)/\w", path.read_text("utf-8")):
            faults.append(name_of(path))
    told(faults, "Write paths relative to the project:")
