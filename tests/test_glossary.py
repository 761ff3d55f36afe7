"""The glossary, and the catalogues it stands in."""

import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tools.glossary import CORE, LANGUAGES, ROOT, put_words, read, sentences, untranslated, words, write


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_says_what_the_glossary_says(language: str) -> None:
    catalogue = read(ROOT, CORE, language)
    told = {key: catalogue.get(key) and catalogue.get(key).string for key in words(ROOT)}
    assert told == {key: texts[language] for key, texts in words(ROOT).items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_compiles(language: str) -> None:
    catalogue = read(ROOT, CORE, language)
    assert [errors for _, errors in catalogue.check()] == []
    write_mo(io.BytesIO(), catalogue)


def test_both_languages_of_a_word_have_the_same_placeholders(tmp_path: Path) -> None:
    (tmp_path / CORE).mkdir()
    (tmp_path / CORE / "words.toml").write_text('[a]\nde = "ab %(date)s"\nen = "from %(day)s"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="a has different placeholders"):
        words(tmp_path)


def test_writing_the_words_twice_changes_nothing_and_keeps_other_entries(tmp_path: Path) -> None:
    catalogue = Catalog(locale="en")
    catalogue.add("Kommentar absenden", "Send comment")
    put_words(catalogue, {"report": {"de": "Beitrag melden", "en": "Report this contribution"}})
    write(tmp_path, CORE, catalogue)
    path = next(tmp_path.rglob("messages.po"))
    first = path.read_bytes()
    again = read(tmp_path, CORE, "en")
    put_words(again, {"report": {"de": "Beitrag melden", "en": "Report this contribution"}})
    write(tmp_path, CORE, again)
    assert path.read_bytes() == first
    assert again.get("Kommentar absenden").string == "Send comment"


def house(root: Path) -> Path:
    """A checkout with one sentence in the core, one in a template and one in a module with its own catalogues."""
    files = {
        "babel.cfg": (ROOT / "babel.cfg").read_text("utf-8"),
        "participation/words.toml": "",
        "participation/a.py": 'title = _l("Verfahren suchen")\nmany = ngettext("%(num)s Tag", "%(num)s Tage", n)\n',
        "participation/tests/b.py": '_("nur im Test")\n',
        "templates/pages/a.html": '{{ _("Zur Startseite") }}\n',
        "modules/ideas/a.py": '_("Idee ändern")\n',
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "modules/ideas/translations").mkdir()
    return root


def test_sentences_are_found_in_code_and_templates_and_stay_with_their_module(tmp_path: Path) -> None:
    found = {str(owner): {m.id for m in catalogue if m.id} for owner, catalogue in sentences(house(tmp_path)).items()}
    core = {"Verfahren suchen", ("%(num)s Tag", "%(num)s Tage"), "Zur Startseite"}
    assert found == {"participation": core, "modules/ideas": {"Idee ändern"}}


def test_the_beginning_of_a_key_is_no_sentence_of_its_own(tmp_path: Path) -> None:
    root = house(tmp_path)
    (root / "participation/words.toml").write_text('["stage.draft"]\nde = "Entwurf"\nen = "Draft"\n', encoding="utf-8")
    (root / "participation/a.py").write_text('_("stage." + name)\n_("Das Ende.")\n', encoding="utf-8")
    assert {message.id for message in sentences(root)[CORE] if message.id} == {"Das Ende.", "Zur Startseite"}


def test_a_sentence_without_english_and_a_broken_placeholder_are_listed(tmp_path: Path) -> None:
    house(tmp_path)
    catalogue = Catalog(locale="en")
    catalogue.add("Zur Startseite")
    catalogue.add("noch %(days)s Tage", "%(dates)s days left")
    write(tmp_path, CORE, catalogue)
    listed = "\n".join(untranslated(tmp_path))
    assert "no English for 'Zur Startseite'" in listed
    assert "'noch %(days)s Tage'" in listed


def test_every_sentence_of_the_interface_has_its_english() -> None:
    assert list(untranslated(ROOT)) == []
