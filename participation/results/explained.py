"""The README of a package: what is in it, and how anybody counts again. German first, then English."""

README = """\
DATEN ZUM NACHZÄHLEN
====================

Diese Datei gehört zum veröffentlichten Ergebnis eines Beteiligungsverfahrens. Mit ihr zählen Sie selbst nach.

So zählen Sie nach
  1. Laden Sie die Software des Portals herunter. Die Fassung steht in manifest.json unter „code“.
     Eine Datenbank brauchen Sie nicht.
  2. Rufen Sie auf:  flask --app app recount DATEI.zip
  3. Vergleichen Sie: Der Befehl zeigt dieselben Zahlen wie die Ergebnisseite und dieselbe Prüfsumme („root“).
     Wurde eine Datei verändert, nennt der Befehl ihren Namen.

Was darin steht
  manifest.json     Verfahren, Fassung, Tag, und zu jeder Datei ihre Prüfsumme
  parameters.json   Verfahren, Formate, Phasen, Regeln der Auszählung, Zahl der Teilnehmenden, Zahlen der Moderation
                    („moderation“, Stand des Tages der Berechnung; null = kleine Zahl, die nicht genannt wird)
  answers.jsonl     Antworten der Verwaltung; „passages“ nennt die Worte, um die es geht, wo ein Beitrag zerlegt wurde
  figures.json      die veröffentlichten Zahlen
  activities/…      je Format die Beiträge (contributions.jsonl) und was gezählt wird, zum Beispiel Stimmzettel
Dateien mit der Endung .jsonl enthalten einen Eintrag je Zeile.

Beiträge stehen so darin, wie sie veröffentlicht sind, mit ihrer Vorgangsnummer. Niemand wird genannt: „author“ ist
eine Nummer, die nur in diesem Paket gilt. Von ausgeblendeten und zurückgezogenen Beiträgen steht nur die Prüfsumme
darin. „channel“ sagt, wie ein Beitrag einging: online, per Brief, vor Ort. Stimmzettel sind von den Personen gelöst
und gemischt.

Prüfsummen (SHA-256)
  Datei:   Prüfsumme über das Salz („salt“, Bytes aus der Hexadezimalzahl) und die Bytes der Datei.
  Beitrag: dieselbe Prüfsumme wie auf der Eingangsbestätigung: über Salz, Titel und Text, je durch einen
           Zeilenumbruch getrennt, in UTF-8.
  root:    Prüfsumme über Zeilen, je durch einen Zeilenumbruch getrennt: alle diese Prüfsummen, sortiert; die
           Prüfsumme der übrigen Angaben des Manifests (ohne „files“, „contributions“, „root“); die Prüfsumme der
           sortierten Liste aus „Name Größe Salz“ jeder Datei. Diese beiden als JSON in UTF-8: Schlüssel sortiert,
           je Ebene um ein Leerzeichen eingerückt, am Ende ein Zeilenumbruch.
Muss ein Text später entfernt werden, erscheint eine neue Fassung: Salz und Text fehlen dann, die Prüfsumme bleibt.


DATA FOR A RECOUNT
==================

This file belongs to the published result of a participation procedure. With it you can count again yourself.

How to recount
  1. Get the software of the portal. Its version is in manifest.json at "code". You need no database.
  2. Run:  flask --app app recount FILE.zip
  3. Compare: the command prints the same figures as the result page and the same checksum ("root").
     If a file was changed, the command names it.

What is in it
  manifest.json     procedure, version, day, and the checksum of each file
  parameters.json   procedure, formats, phases, rules of the count, number of people, figures of moderation
                    ("moderation", as of the day of the computation; null = a small number that is held back)
  answers.jsonl     answers of the authority; "passages" are the words in question where a contribution was split
  figures.json      the published figures
  activities/…      for each format the contributions (contributions.jsonl) and what is counted, such as ballots
Files that end in .jsonl hold one entry per line.

Contributions are in it as they are published, with their reference numbers. Nobody is named: "author" is a number
that means something in this package only. Of hidden and withdrawn contributions only the checksum is in it. "channel"
says how a contribution came in: online, by letter, on site. Ballots are detached from people and shuffled.

Checksums (SHA-256)
  file:         over the salt ("salt", bytes from the hexadecimal number) and the bytes of the file.
  contribution: the same checksum as on the confirmation of receipt: over salt, title and text, separated by a line
                feed each, in UTF-8.
  root:         over lines, separated by a line feed each: all these checksums, sorted; the checksum of what else the
                manifest says (without "files", "contributions", "root"); the checksum of the sorted list of "name
                size salt" of each file. These two as JSON in UTF-8: keys sorted, indented by one blank for each level,
                a line feed at the end.
If a text has to be removed later, there is a new version: salt and text are missing then, the checksum stays.
"""
