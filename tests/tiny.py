"""A knowledge small enough to break on purpose, written to a folder of the test's own."""

from pathlib import Path

FILES = {
    "common/sources.yaml": "numery:\n  title: {pl: wykaz numerów}\n  as_of: 2026-11\n",
    "common/crisis.yaml": "zycie:\n  lead: {pl: 'Dzwoń teraz: 112.'}\n  steps: {pl: Powiedz gdzie jesteś.}\n  calls: [alarmowy]\n",
    "common/crisis/zycie.yaml": "signs:\n  pl: [nie oddycha]\nexamples:\n  pl: [człowiek nie oddycha, ktoś umiera na ulicy, pomocy wypadek]\n",
    "common/contacts/alarmowy.yaml": """name: {pl: Numer alarmowy}
gender: m
names: ["112"]
phones:
  - number: "112"
hours: 24/7
source: numery
examples:
  pl: [jaki jest numer alarmowy, numer na pogotowie]
""",
    "common/vocabulary/aspects.yaml": """hours: {title: {pl: Godziny}, about: {pl: godzin}, words: {pl: [godziny]}}
open: {title: {pl: Czy otwarte}, about: {pl: godzin}, words: {pl: [otwarte, do której]}}
address: {title: {pl: Adres}, about: {pl: adresu}, words: {pl: [adres, gdzie]}}
route: {title: {pl: Dojazd}, about: {pl: dojazdu}, words: {pl: [jak dojechać]}}
phone: {title: {pl: Telefon}, about: {pl: telefonu}, words: {pl: [telefon]}}
person: {title: {pl: Kto}, about: {pl: nazwisk}, words: {pl: [z kim]}}
""",
    "common/vocabulary/shorthand.yaml": "tel: telefon\n",
    "common/vocabulary/towns.yaml": "- =Zabrze\n",
    "common/vocabulary/nearmiss.yaml": "- umieram z nudów\n",
    "miasto/centre.yaml": """name: {pl: Ośrodek}
city: {pl: Miasto}
home: [Miasto]
ask: urzad
main_places: [urzad, schronisko]
menu: [urzad, zapomoga]
""",
    "miasto/sources.yaml": "strona:\n  title: {pl: strona ośrodka}\n  as_of: 2026-01\n  review_by: 2027-01-31\n",
    "miasto/places/urzad.yaml": """name: {pl: Urząd}
gender: m
names: [urząd, biuro]
address: {street: ul. Prosta 1, city: Miasto}
phones:
  - number: 32 281 14 42
hours: Mo-Fr 08:00-15:00; PH off
source: strona
examples:
  pl: [gdzie jest urząd, do której czynny urząd, godziny biura]
""",
    "miasto/places/schronisko.yaml": """name: {pl: Schronisko}
gender: n
names: [schronisko]
address: {street: ul. Krzywa 2, city: Miasto}
hours: Oct 01-Mar 31 18:00-08:00, Apr 01-Sep 30 19:00-07:00
ask: urzad
source: strona
examples:
  pl: [gdzie mogę spać, nie mam domu, szukam noclegu na dziś]
""",
    "miasto/topics/zapomoga.yaml": """title: {pl: Zapomoga}
names: [zapomoga]
summary: {pl: O zapomogę pytaj w urzędzie.}
contacts: [urzad]
source: strona
facts:
  - id: kto
    title: {pl: Kto}
    text: {pl: Każdy mieszkaniec.}
    examples: {pl: [kto dostanie zapomogę, komu się należy zapomoga]}
examples:
  pl: [chcę zapomogę, potrzebuję pieniędzy, jak dostać wsparcie finansowe]
""",
    "rozmowy/wszystko.yaml": """- {say: x, topic: urzad, centre: miasto}
- {say: x, topic: schronisko, centre: miasto}
- {say: x, topic: zapomoga, centre: miasto}
- {say: x, topic: alarmowy}
""",
}


def write(folder: Path) -> Path:
    """Write the tiny knowledge; the centre's folder is returned."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "miasto"


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Replace a piece of one of the files; it must be there."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
