"""What is guessed first here as a password: the names of the portal, of its authorities, its parts and roles."""

import re
import unicodedata
from collections.abc import Collection

from flask import current_app
from sqlalchemy import select

from participation.kernel.db import db
from participation.tenants.models import Tenant

SHORTEST = 4  # letters; shorter ones stand in many good passwords by chance
PARTS = (
    "participation beteiligung mitreden mitmachen portal buergerbeteiligung ministerium landkreis stadtverwaltung "
    "verwaltung behoerde moderation moderator redaktion editor sachbearbeitung leitung manager planungsamt "
    "administrator administration operator betrieb passwort password kennwort anmeldung zugang login willkommen"
).split()
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def house_words() -> set[str]:
    """Every word of the names of this installation, and each name as one word."""
    rows = db.session.execute(select(Tenant.slug, Tenant.name, Tenant.short_name))
    names = [str(current_app.config["SETTINGS"]["name"]), *(name for row in rows for name in row)]
    return {*PARTS, *(word for name in names for word in words_of(name))}


def words_of(name: str) -> set[str]:
    """The words of a name, and all of them as one; what is too short to tell anything is left out."""
    words = [letters(word) for word in re.split(r"[\W\d_]+", name)]
    return {word for word in (*words, "".join(words)) if len(word) >= SHORTEST}


def is_made_of(text: str, words: Collection[str]) -> bool:
    """Whether the letters of a text are nothing but these words, one or more of them; digits and signs are no help."""
    bare, reached = letters(text), {0}
    for at in range(len(bare)):
        if at in reached:
            reached |= {at + len(word) for word in words if bare.startswith(word, at)}
    return bool(bare) and len(bare) in reached


def letters(text: str) -> str:
    """The letters alone, folded, umlauts written out."""
    return re.sub(r"[\W\d_]", "", unicodedata.normalize("NFC", text).casefold().translate(UMLAUTS))
