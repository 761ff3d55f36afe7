"""Urns and packages: made by chance, published by the pages, and changed in one place."""

import json
from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select

from modules.ballot.counting import count, totals_of
from modules.ballot.kinds import GERMAN, KINDS, SEVERAL, YES_NO
from modules.ballot.tests.conftest import make_vote
from participation.kernel.clock import now
from participation.kernel.db import db, transaction
from participation.procedures.lifecycle import Stage
from participation.procedures.queries import procedure_by_id
from participation.results.container import MANIFEST, pack, plain, write_lines
from participation.results.counting import figures_of
from participation.results.models import Result
from participation.results.store import path_of
from tests.promises import second_count
from tests.promises.ballots_cast import CHOICES, Site, Voter, by_call, cookies_of
from tests.results.conftest import KEY, Scene

FEW, ENOUGH = 4, 13  # below and above the number from which single ballots are published


def said(results):
    """The tallies of the portal in the words of the second program."""
    return {
        "ballots": results["ballots"],
        "questions": {
            tally["key"]: {
                "votes": {bar["key"]: bar["value"] for bar in tally["bars"]},
                "answers": tally["total"],
                "chosen": [bar["key"] for bar in tally["bars"] if bar["chosen"]],
                "tie": tally["tie"],
            }
            for tally in results["tallies"]
        },
    }


def random_questions(chance: Random) -> list[dict]:
    """One to six questions of any kind."""
    found = []
    for number in range(1, chance.randint(1, 6) + 1):
        kind, options = chance.choice(list(KINDS)), chance.randint(2, 8)
        keys = list(GERMAN) if kind == YES_NO else [f"o{place}" for place in range(1, options + 1)]
        found.append(
            {
                "key": f"q{number}",
                "kind": kind,
                "title": f"Frage {number}",
                "text": "",
                "most": chance.randint(2, options) if kind == SEVERAL else 1,
                "options": [{"key": key, "title": f"Möglichkeit {key}"} for key in keys],
            }
        )
    return found


def random_ballot(chance: Random, questions: list[dict]) -> dict[str, list[str]]:
    """A ballot; some questions are left out."""
    found = {}
    for question in questions:
        keys = [option["key"] for option in question["options"]]
        if chance.random() < 0.85:
            found[question["key"]] = chance.sample(keys, chance.randint(1, min(question["most"], len(keys))))
    return found


def packed(folder: Path, chance: Random, questions: list[dict], ballots: list[dict]) -> Path:
    """A package of one vote, with its figures."""
    rules = {"questions": questions, "tie": chance.choice(["stated", "no"]), "threshold": chance.choice([1, 10])}
    held_back = len(ballots) < rules["threshold"]
    rows = {"totals": totals_of(questions, ballots)} if held_back else {"ballots": ballots}
    for old in folder.rglob("*.json*"):
        old.unlink()
    for name, values in (rows | {"contributions": []}).items():
        write_lines(folder / "activities" / "ballot-a" / f"{name}.jsonl", values)
    write_lines(folder / "answers.jsonl", [])
    entry = {"module": "ballot", "folder": "ballot-a", "title": "A", "rows": list(rows), "counted": rules}
    parameters = {"people": 0, "activities": [entry]}
    figures = figures_of(parameters, lambda name: (folder / name).open("rb"), {"ballot": count})
    (folder / "parameters.json").write_bytes(plain(parameters))
    (folder / "figures.json").write_bytes(plain(figures))
    pack(folder, folder.parent / "package.zip", {}, contributions=[], key=bytes(32))
    return folder.parent / "package.zip"


def said_in(files):
    """The published figures of the vote."""
    return said(json.loads(files["figures.json"])["activities"][0])


class Town:
    """Published results: a talk with an answer and a withdrawn text, a small vote, a larger one by the pages."""

    def __init__(self, world):
        self.world, self.app = world, world.app
        self.talk = Scene(world)
        self.talk.cast("yes", "no", "yes")
        self.talk.answer(self.talk.shown)
        self.votes = [self.voted(number) for number in (FEW, ENOUGH)]
        self.talk.published(key=KEY)

    def voted(self, people):
        """A vote in which so many people voted, with the receipts that they saw; its result is published."""
        vote = make_vote(self.world, self.talk.tenant, slug=f"abstimmung-{people}")
        path = f"/{self.talk.tenant.slug}/{vote.slug}/ballot/a/"
        cookies = cookies_of(people, f"-{people}", all_with_password=True)
        receipts = {}
        for number, cookie in enumerate(cookies):
            voter = Voter(by_call(self.app, cookie), Site(path, path, "", cookies))
            choices = CHOICES[number % len(CHOICES)]
            assert voter.cast(path, choices) == 303
            receipts[voter.receipt(path)] = choices
        self.end(vote)
        scene = Scene.__new__(Scene)
        scene.world, scene.tenant, scene.procedure = self.world, self.talk.tenant, vote
        scene.first, scene.second = self.talk.first, self.talk.second
        scene.published()
        return vote.id, receipts

    def end(self, vote):
        """The vote is over."""
        with transaction():
            whole = procedure_by_id(vote.id)
            whole.stage = Stage.EVALUATION
            for phase in whole.activities[0].phases:
                phase.begins_at, phase.ends_at = now() - timedelta(days=9), now() - timedelta(minutes=1)

    def packages(self):
        """Where every published package lies, and the root that was published with it: small vote, vote, talk."""
        query = select(Result.stored_name, Result.root).where(Result.state == "published")
        rows = db.session.execute(query.order_by(Result.id)).all()
        return [(path_of(name), root) for name, root in rows if name]


def single_changes(path):
    """Each line of each file removed, doubled, swapped with the next; each file removed, renamed, doubled."""
    files = second_count.content(path)
    for name, data in files.items():
        if name == MANIFEST:
            continue
        lines = data.splitlines(keepends=True)
        for place in range(len(lines)):
            without, double = lines[:place] + lines[place + 1 :], lines[: place + 1] + lines[place:]
            swapped = [*lines[:place], *lines[place : place + 2][::-1], *lines[place + 2 :]]
            for kind, other in (("removed", without), ("doubled", double), ("swapped", swapped)):
                if other != lines:
                    yield f"{name} line {place} {kind}", lambda all_, at=name, now_=other: all_ | {at: b"".join(now_)}
        yield f"{name} removed", lambda all_, at=name: {key: all_[key] for key in all_ if key != at}
        yield f"{name} doubled", lambda all_, at=name: all_ | {f"{at}.copy": all_[at]}
