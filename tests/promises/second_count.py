"""A second program that verifies a package and counts its ballots: `python second_count.py package.zip`.

Written after the README of the package, with the standard library alone: it shares no line with the portal.
"""

import hashlib
import json
import sys
from pathlib import Path
from zipfile import ZipFile

NEUTRAL = "abstain"


def sha256(data):
    """SHA-256, hex."""
    return hashlib.sha256(data).hexdigest()


def as_json(value):
    """JSON as the README says it is written: sorted keys, indented by one, a line feed at the end."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def rows(data):
    """The entries of a file of lines."""
    return [json.loads(line) for line in data.splitlines()]


def faults(files):
    """What is not as the manifest says, as sentences."""
    manifest = json.loads(files["manifest.json"])
    stated, found = manifest["files"], []
    for name in sorted(set(stated) ^ (set(files) - {"manifest.json"})):
        found.append(f"{name}: missing or unknown")
    for name in set(stated) & set(files):
        salted = bytes.fromhex(stated[name]["salt"]) + files[name]
        if sha256(salted) != stated[name]["leaf"] or len(files[name]) != stated[name]["size"]:
            found.append(f"{name}: changed")
    leaves = []
    for name in sorted(files):
        if name.endswith("contributions.jsonl") and not found:
            for row in rows(files[name]):
                leaves.append(row["leaf"])
                if (
                    "salt" in row
                    and sha256("\n".join([row["salt"], row["title"], row["text"]]).encode()) != row["leaf"]
                ):
                    found.append(f"{name}: {row['reference']} has another text")
    if not found and sorted(leaves) != manifest["contributions"]:
        found.append("manifest.json: other contributions")
    if root(manifest) != manifest["root"]:
        found.append("manifest.json: its root does not fit")
    return found


def root(manifest):
    """The root over all leaves and everything else in the manifest."""
    files = manifest["files"]
    leaves = sorted([entry["leaf"] for entry in files.values()] + manifest["contributions"])
    others = {name: manifest[name] for name in manifest if name not in ("files", "contributions", "root")}
    names = sorted(f"{name} {entry['size']} {entry['salt']}" for name, entry in files.items())
    return sha256("\n".join([*leaves, sha256(as_json(others)), sha256(as_json(names))]).encode())


def tally(files):
    """For each vote how many ballots; for each question votes, answers, what is chosen, and whether it is a tie."""
    found = {}
    for activity in json.loads(files["parameters.json"])["activities"]:
        if activity["module"] == "ballot" and activity["rows"]:
            folder, rules = f"activities/{activity['folder']}", activity["counted"]
            if "totals" in activity["rows"]:
                found[activity["folder"]] = of_totals(rules, rows(files[f"{folder}/totals.jsonl"]))
            else:
                found[activity["folder"]] = of_ballots(rules, rows(files[f"{folder}/ballots.jsonl"]))
    return found


def of_ballots(rules, ballots):
    """The count of single ballots, question by question."""
    questions = {}
    for question in rules["questions"]:
        key, keys = question["key"], [option["key"] for option in question["options"]]
        answers = [ballot[key] for ballot in ballots if ballot.get(key)]
        for answer in answers:
            if len(answer) > question["most"] or len(set(answer)) < len(answer) or not set(answer) <= set(keys):
                raise ValueError(f"{key}: {answer} is no answer to this question")
        votes = {one: len([answer for answer in answers if one in answer]) for one in keys}
        questions[key] = {"votes": votes, "answers": len(answers)} | decided(question, votes, rules["tie"])
    return {"ballots": len(ballots), "questions": questions}


def of_totals(rules, lines):
    """The count from sums, where single ballots are held back."""
    sums = {(line["question"], line["option"]): line["votes"] for line in lines}
    questions = {}
    for question in rules["questions"]:
        key = question["key"]
        votes = {option["key"]: sums[key, option["key"]] for option in question["options"]}
        questions[key] = {"votes": votes, "answers": sums[key, ""]} | decided(question, votes, rules["tie"])
    return {"ballots": sums["", ""], "questions": questions}


def decided(question, votes, tie):
    """What has the most votes; whoever abstains is on no side. Nothing is chosen where nobody voted."""
    is_yes_or_no = question["kind"] == "yes_no_abstain"
    order = sorted(
        ((-number, key) for key, number in votes.items() if number and not (is_yes_or_no and key == NEUTRAL))
    )
    if not order:
        return {"chosen": [], "tie": False}
    if len(order) == 1 or order[0][0] < order[1][0]:
        return {"chosen": [order[0][1]], "tie": False}
    return {"chosen": ["no"], "tie": False} if is_yes_or_no and tie == "no" else {"chosen": [], "tie": True}


def content(path):
    """The files of a package."""
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


if __name__ == "__main__":
    package = content(Path(sys.argv[1]))
    print(json.dumps({"faults": faults(package), "root": root(json.loads(package["manifest.json"]))}))  # noqa: T201
    print(json.dumps(tally(package), sort_keys=True))  # noqa: T201
