"""Odd texts and names: what is stored of them, how long they take, and that nobody can look like the authority."""

import random
import tempfile
import time
import unicodedata
from pathlib import Path

import pytest

from participation.accounts.organisations import verified, vouch_for
from participation.accounts.services import checked_name
from participation.kernel.db import transaction
from participation.kernel.lookalikes import looks_like, looks_official
from participation.kernel.refusal import Invalid
from participation.kernel.text import BrokenText, clean, normalise, normalise_name, render, render_rich
from tests.kernel.test_text import SLOW
from tests.promises.odd_forms import ODD, ROOT

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
MOST_MARKS = 8
IMITATIONS = (
    "Verwaltung",
    "VERWALTUNG",
    "Verwa1tung",
    "VerwaItung",
    "Vеrwaltung",
    "Verwаltung",
    "Ｖｅｒｗａｌｔｕｎｇ",
    "𝐕𝐞𝐫𝐰𝐚𝐥𝐭𝐮𝐧𝐠",
    "𝓥𝓮𝓻𝔀𝓪𝓵𝓽𝓾𝓷𝓰",
    "Ver\u00adwaltung",
    "V\u200berwaltung",
    "V e r w a l t u n g",
    "Verwaltung ✓",
    "★ Verwaltung ★",
    "Vérwaltung",
    "Verwältung",
    "Ѵerwaltung",
    "Mоderаtion",
    "Moderati0n",
    "MODERATORIN",
    "Mod erator",
    "Administratοr",
    "Αdmin",
    "Behörde",
    "Behorde",
    "Redaktion",
    "Antwort der Verwaltung",
    "Offiziell",
    "[Amt]",
)
HONEST = (
    "Anna Verwalter",
    "Ämter e. V.",
    "Олена",
    "محمد",
    "李雷",
    "Σοφία",
    "Amtmann",
    "O'Neill",
    "Jürgen-Peter",
    "Mo Duration",
)


def rows_of_marks(text):
    """The longest row of combining marks."""
    longest = row = 0
    for sign in text:
        row = row + 1 if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Me") else 0
        longest = max(longest, row)
    return longest


def test_what_is_stored_of_odd_texts_and_names(figure):
    texts = names = 0
    for odd in [*ODD, TURNING, UNSEEN, "a" + "\u0301" * 99, f"a{TURNING}b{UNSEEN}c"]:
        try:
            text, name = normalise(odd), normalise_name(f"x{odd}")
        except BrokenText:
            continue
        texts, names = texts + 1, names + 1
        assert not set(TURNING) & set(text)
        assert not set(TURNING + UNSEEN) & set(name)
        assert "\n" not in name
        assert unicodedata.is_normalized("NFC", text)
        assert unicodedata.is_normalized("NFC", name)
        assert max(rows_of_marks(text), rows_of_marks(name)) <= MOST_MARKS
    figure(f"{texts} texts and {names} names: NFC, no turning of direction, at most {MOST_MARKS} marks in a row")
    assert texts > 300


@pytest.mark.parametrize("odd", ["a\x00b", "\ud800", "a\udc80b"])
def test_nul_and_lone_surrogates_are_refused_with_400(odd):
    for take in (normalise, normalise_name, render, render_rich, clean):
        with pytest.raises(BrokenText) as refused:
            take(odd)
        assert refused.value.status == 400


def test_scripts_that_join_letters_keep_what_they_need():
    persian = "می\u200cخواهم"
    assert normalise(persian) == persian


def test_nobody_can_be_called_like_the_authority(figure):
    through = [name for name in IMITATIONS if not looks_official(name)]
    refused = [name for name in HONEST if looks_official(name)]
    figure(f"{len(IMITATIONS)} imitations: {len(through)} through; {len(HONEST)} honest names: {len(refused)} refused")
    assert through == []
    assert refused == []
    for name in IMITATIONS:
        with pytest.raises(Invalid):
            checked_name(name)


def test_nobody_writes_for_an_organisation_that_looks_like_the_authority_or_another(world):
    tenant = world.tenant("stadt", name="Stadt Köln")
    procedure = world.procedure(tenant)
    for name in ("Stadt Köln", "Stаdt Koln", "STADT  KÖLN ✓", "Verwaltung"):
        with pytest.raises(Invalid):
            world.participant(procedure, organisation=name)
    with transaction():
        vouch_for(tenant.id, "BUND e. V.", "bund@verein.example", actor_id=None)
    assert verified(tenant.id, "ВUND е.V.") is not None
    assert looks_like("ВUND е.V.", ["BUND e. V."])


def test_no_random_locale_host_or_browser_leaves_a_file(app, client, chance: random.Random, sized, figure):
    number = sized(test=100, quick=1_000, full=10_000)
    places = [
        Path(app.config["SETTINGS"]["data_folder"]),
        ROOT / "participation",
        Path(tempfile.gettempdir()) / "babel",
    ]
    before, statuses = _files(places), set()
    for _number in range(number):
        word = "".join(chance.choices("abcdefghijklmnopqrstuvwxyzäß-_.;=*/\\0123456789", k=chance.randrange(1, 30)))
        headers = {
            "Accept-Language": f"{word},{word[:2]}-{word[-2:]};q=0.5",
            "User-Agent": word * 3,
            "Accept": f"{word}/*",
        }
        host = {"HTTP_HOST": f"{word}.example"} if chance.random() < 0.5 else {}
        answer = client.get("/", query_string={"lang": word}, headers=headers, environ_overrides=host)
        statuses.add(answer.status_code)
    made = _files(places) - before
    figure(f"{number} random locales, hosts and browsers: {len(made)} new files")
    assert statuses == {200, 400}
    assert made == set()


def _files(places):
    found = {path for place in places if place.exists() for path in place.rglob("*") if path.is_file()}
    return {path for path in found if "__pycache__" not in path.parts}


@pytest.mark.waits
def test_no_hostile_text_takes_longer_than_a_quarter_of_a_second(figure):
    spent = {}
    for name, text in SLOW.items():
        for take in (render, render_rich):
            times = []
            for _round in range(3):
                begin = time.process_time()
                take(text[:10_000])
                times.append(time.process_time() - begin)
            spent[name] = max(spent.get(name, 0), min(times))
    worst = max(spent, key=spent.get)
    figure(f"{len(spent)} hostile texts of 10,000 characters: worst {spent[worst] * 1000:.0f} ms ({worst})")
    assert len(spent) >= 30
    assert spent[worst] <= 0.25
