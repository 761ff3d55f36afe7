"""The end of a procedure's life, one step each: answered, counted, published, counted again, archived."""

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from participation.testing.accessibility import check
from participation.testing.browser import Site
from tests.journeys.life_lived import AT, COMMENT, is_listed, nothing_can_be_sent
from tests.journeys.life_prepared import PLACE, QUESTION, TITLE, WORK, done

REASON = "Aushänge erreichen alle, die kein Internet haben."
DECISION = "Der Landtag befristet das Gesetz nicht."


def write_an_answer(page: Page, number: str) -> None:
    """A case worker answers one comment; the same person does not publish it."""
    page.goto(f"{WORK}/worklist")
    check(page)
    page.get_by_role("link", name=f"Antworten {number}").click()
    page.get_by_label("Wir ändern den Entwurf").or_(page.locator("input[name=decision]")).first.check()
    page.get_by_label("Begründung").fill(REASON)
    check(page)
    page.get_by_role("main").get_by_role("button").last.click()
    page.goto(f"{WORK}/worklist?answer=waiting")
    expect(page.locator("tr[data-row]")).to_contain_text("wartet auf Veröffentlichung")
    expect(page.get_by_role("button", name="Antwort veröffentlichen")).to_have_count(0)
    check(page)


def publish_the_answer(page: Page) -> None:
    """The second person ticks it and publishes."""
    page.goto(f"{WORK}/answers/waiting")
    check(page)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Ausgewählte freigeben").click()
    done(page, "Wer gefragt hat, bekommt die Antwort")


def is_told_by_mail(site: Site, page: Page, email: str) -> None:
    """The mail leads the author to the comment with its answer."""
    mail = site.mails(email)[-1].get_body(("plain",))
    assert mail is not None
    assert REASON in mail.get_content()
    page.goto(site.link(email))
    expect(page.get_by_role("main")).to_contain_text(REASON)
    check(page)


def compute_and_write_the_result(page: Page) -> None:
    """Count, write the words, look at the page, hand it to a second person."""
    page.goto(f"{WORK}/result")
    page.get_by_role("button", name="Ergebnis berechnen").click()
    done(page, "Das Ergebnis ist berechnet")
    page.get_by_role("link", name="Texte schreiben").click()
    page.get_by_label("Die Entscheidung in einem Satz").fill(DECISION)
    page.get_by_label("Was sich durch die Beteiligung geändert hat").fill("Aushänge stehen jetzt im Entwurf.")
    page.get_by_label("Was dann geschieht (1)").fill("Der Landtag beschließt.")
    page.get_by_role("button", name="Texte speichern").click()
    page.get_by_role("link", name="Vorschau öffnen").click()
    expect(page.get_by_role("main")).to_contain_text("Vorschau: So sehen alle das Ergebnis")
    check(page)
    page.goto(f"{WORK}/result")
    page.get_by_role("button", name="Zur Veröffentlichung vorlegen").click()
    expect(page.get_by_role("main")).to_contain_text("Sie haben das Ergebnis selbst vorgelegt")


def no_result_is_there_yet(page: Page) -> None:
    """Before the second person has published it nobody reads a figure of the vote."""
    page.goto(f"{PLACE}/-/result")
    expect(page.get_by_role("heading", level=1)).to_have_text("Seite nicht gefunden")
    page.goto(f"{PLACE}/")
    expect(page.get_by_role("main")).not_to_contain_text(DECISION)


def publish_the_result(page: Page) -> None:
    """The second person."""
    page.goto(f"{WORK}/result")
    page.get_by_role("button", name="Ergebnis veröffentlichen").click()
    done(page, "Das Ergebnis ist veröffentlicht")


def read_the_result(page: Page) -> None:
    """Everybody: the decision, the vote as picture and as table, the answer, how many took part."""
    page.goto(f"{PLACE}/")
    page.get_by_role("link", name="Ergebnis ansehen").click()
    for words in (DECISION, "nicht repräsentativ", QUESTION, REASON):
        expect(page.get_by_role("main")).to_contain_text(words)
    expect(page.get_by_role("img", name=QUESTION)).to_be_visible()
    page.locator("summary", has_text="Die Zahlen als Tabelle").first.click()
    check(page)


def download_and_recount(site: Site, page: Page, folder: Path) -> dict:
    """The package as everybody gets it, counted again by the command. Returns the figures."""
    answer = page.context.request.get(f"{PLACE}/-/result/1/package")
    assert answer.status == 200, f"{answer.status}: {answer.text()[:500]}"
    package = folder / "package.zip"
    package.write_bytes(answer.body())
    counted = site.app.test_cli_runner().invoke(args=["recount", str(package)])
    assert counted.exit_code == 0, counted.output
    return json.loads(counted.output)["figures"]


def vote_in(figures: dict) -> dict:
    """What was counted of the vote."""
    return next(entry for entry in figures["activities"] if "tallies" in entry)


def the_page_says_the_same(page: Page, figures: dict) -> None:
    """What was counted again stands on the page of the result."""
    tally = vote_in(figures)["tallies"][0]
    page.goto(f"{PLACE}/-/result")
    page.locator("summary", has_text="Die Zahlen als Tabelle").first.click()
    for bar in tally["bars"]:
        row = page.locator("tr").filter(has=page.locator("th", has_text=bar["label"])).first
        expect(row.locator("td").first).to_have_text(str(bar["value"]))


def find_it_in_the_archive(page: Page) -> None:
    """For a set time it stays readable, with its comments and its result; nobody takes part."""
    is_listed(page, "ended")
    page.goto(f"{PLACE}/")
    expect(page.get_by_role("main")).to_contain_text("Archiv")
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    check(page)
    page.goto(f"{PLACE}/-/result")
    expect(page.get_by_role("main")).to_contain_text(DECISION)
    nothing_can_be_sent(page, AT, COMMENT)
