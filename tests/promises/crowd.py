"""A crowd that writes to a procedure within a day: honest people and bots, each post with its moment and its network.

They send through the services, as the pages do; the proof of work is not worked out here, the post says whether it is.
"""

import random
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from participation.accounts.api_tokens import make_token
from participation.accounts.models import Person
from participation.contributions.drafts import keep_draft
from participation.contributions.sending import send_draft
from participation.contributions.trust import Step, step_of
from participation.contributions.without_account import send_without_account
from participation.kernel.clock import now, standing_at
from participation.kernel.db import db, transaction
from participation.kernel.limits import allow
from participation.testing.probe import ADD, NOTE
from participation.web.calm import AT_MOST, HOUR

SAID = tomllib.loads((Path(__file__).parent / "data" / "crowd.toml").read_text("utf-8"))
EMPTY = {"quote": "", "organisation": "", "for_organisation": "self"}
KINDS = ("paste", "vary", "link", "flood")


@dataclass(frozen=True)
class Post:
    """One text that somebody sends. Without a person it is a guest."""

    after: timedelta
    kind: str  # honest, or one of KINDS
    text: str
    network: str
    person: int | None = None  # number of the person in the crowd
    known: bool = False  # the address was confirmed long ago
    proven: bool = True


class Crowd:
    """Makes posts from a random source."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.people = 0

    def honest(self, number: int) -> list[Post]:
        """People over ten hours: most write once, some often; every tenth sits in the town hall's network."""
        return [post for _ in range(number) for post in self._one_honest()]

    def _one_honest(self) -> list[Post]:
        pick = self.chance.random
        known, guest = pick() < 0.5, pick() < 0.2
        place = pick()
        network = "town-hall" if place < 0.1 else f"mobile-{self.chance.randrange(20)}" if place < 0.3 else self._own()
        times = 1 if guest else self.chance.choices((1, 2, 3, 4, 7), (60, 25, 10, 4, 1))[0]
        person = None if guest else self.person()
        after, found = timedelta(hours=10 * pick()), []
        for _ in range(times):
            found.append(Post(after, "honest", self._words(), network, person, known and not guest))
            minutes = self.chance.lognormvariate(1.6, 0.7)  # half take five and more
            after += timedelta(minutes=max(0.7, minutes))
        return found

    def _words(self) -> str:
        if self.chance.random() < 0.1:
            return self.chance.choice(SAID["phrases"])
        text = f"{self.chance.choice(SAID['openings'])} {self.chance.choice(SAID['subjects'])}."
        for part in self.chance.sample(("reasons", "wishes", "reasons"), self.chance.randint(1, 3)):
            text += " " + self.chance.choice(SAID[part])
        if self.chance.random() < 0.04:
            text += f" https://{self.chance.choice(SAID['hosts'])}/{self.chance.randrange(999)}"
        return text

    def bots(self, number: int, posts: int, flood: int, campaigns: int, networks: int) -> list[Post]:
        """Bots, a quarter of each kind, half of them with fresh accounts, all within one hour.

        The flood comes from few networks, everything else from a network for each bot.
        """
        found = []
        for bot in range(number):
            kind = KINDS[bot % len(KINDS)]
            person = self.person() if bot // len(KINDS) % 2 else None
            network = f"flood-{bot % networks}" if kind == "flood" else self._own()
            for _ in range(flood if kind == "flood" else posts):
                after = timedelta(hours=5 + self.chance.random())
                text = self._spam(kind, bot // len(KINDS) % campaigns)
                found.append(Post(after, kind, text, network, person, proven=self.chance.random() < 0.8))
        return found

    def _spam(self, kind: str, campaign: int) -> str:
        text = SAID["spam"][campaign % len(SAID["spam"])]
        if kind == "vary":
            words = text.split()
            words[self.chance.randrange(len(words))] = self._noise()
            return f"{' '.join(words)}{self.chance.choice(('!', ' ***', '', ' :-)'))} {self._noise()}"
        if kind == "link":
            host = SAID["spam_hosts"][campaign % len(SAID["spam_hosts"])]
            links = [f"https://{host}/{self._noise()}" for _ in range(self.chance.randint(1, 4))]
            return f"{self.salad(12)} {' '.join(links)}"
        return self.salad(self.chance.randint(10, 40)) if kind == "flood" else text

    def salad(self, words: int) -> str:
        """So many words that mean nothing."""
        return " ".join(self._noise() for _ in range(words))

    def _noise(self) -> str:
        return "".join(self.chance.choices("abdefghiklmnoprstuwz", k=self.chance.randint(3, 10)))

    def person(self) -> int:
        """The number of one more person."""
        self.people += 1
        return self.people

    def _own(self) -> str:
        return f"net-{self.chance.randrange(10**9)}"


class Stage:
    """Plays posts into a procedure in the order of their moments, and says what became of each."""

    def __init__(self, world, procedure) -> None:
        self.world, self.procedure, self.activity = world, procedure, world.activity(procedure)
        self.began = now()
        self._people: dict[int, Person] = {}

    def play(self, posts: list[Post]) -> list[tuple[Post, str, str]]:
        """Each post with the state it got and the reasons; a refusal would be an exception."""
        in_order = enumerate(sorted(posts, key=lambda one: one.after))
        return [(post, *self._send(number, post)) for number, post in in_order]

    def _send(self, number: int, post: Post) -> tuple[str, str]:
        with standing_at(self.began + post.after):
            person = self._person(post.person, known=post.known) if post.person else None
            fields = EMPTY | {"text": post.text}
            with transaction():
                draft = keep_draft(
                    self.activity, cookie=f"{number:032}", person_id=person.id if person else None,
                    kind=NOTE.name, place="here", parent=None, fields=fields,
                )  # fmt: skip
                found = (draft.id, draft.key, self.activity, NOTE, ADD)
            calm = self._is_calm(person, post.network)
            with transaction():
                if person is None:
                    proof = {"edit_key": f"{number:043}", "proof": "worked out" if post.proven else "", "secret": "x"}
                    made = send_without_account(*found, fields=fields, calm=calm, **proof)
                else:
                    who = self.world.viewer(person, self.procedure)
                    made = send_draft(*found, who=who, fields=fields, calm=calm)
                return made.state, made.held_for

    def _is_calm(self, person: Person | None, network: str) -> bool:
        step = step_of(person.id, [], self.procedure.tenant_id) if person else Step.NEW
        return step > Step.NEW or allow("new-send", network, AT_MOST, HOUR)

    def _person(self, number: int, *, known: bool) -> Person:
        if number not in self._people:
            since: datetime = now() - (timedelta(days=30) if known else timedelta(minutes=5))
            with transaction():
                person = Person(email=f"crowd-{number}@uebung.example", created_at=since, confirmed_at=since)
                db.session.add(person)
            self._people[number] = person
        return self._people[number]

    def program(self, crowd: Crowd, *, known: bool) -> str:
        """The token of a program that writes for one more person."""
        person = self._person(crowd.person(), known=known)
        with transaction():
            return make_token(person, self.procedure.tenant_id, "Program")
