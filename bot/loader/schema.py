"""The shape of the knowledge files, field by field; exported as JSON Schema for editors' completion.

Descriptions are in Polish: the people who read them edit the knowledge.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


def _has_polish(value: dict[str, str]) -> dict[str, str]:
    if "pl" not in value:
        raise ValueError("brakuje wersji polskiej (pl)")
    return value


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Lang = Annotated[str, StringConstraints(pattern=r"^(pl|uk|en|ru)$")]
TextField = Annotated[dict[Lang, Line], AfterValidator(_has_polish)]
ID_PATTERN = r"^[a-z0-9][a-z0-9_-]*$"
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
AsOf = Annotated[str, StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2]))?$")]
ExampleLists = dict[Lang, list[Line]]


class Model(BaseModel):
    """Every file: unknown fields are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceEntry(Model):
    """A document that facts come from."""

    title: TextField = Field(description="Nazwa dokumentu, tak jak ma ją zobaczyć mieszkaniec.")
    as_of: AsOf = Field(description="Stan na: rok albo rok-miesiąc, np. 2020-01.")
    review_by: date | None = Field(None, description="Do kiedy trzeba sprawdzić, czy dokument jest nadal prawdziwy.")


class PhoneEntry(Model):
    """A phone number."""

    number: Line = Field(description="Numer, np. 32 281 14 42 albo 986.")
    label: TextField | None = Field(None, description="Czyj to numer, jeśli trzeba dopowiedzieć.")
    note: TextField | None = Field(None, description="Uwaga, np. „sezonowo”.")


class AddressEntry(Model):
    """A postal address inside the centre's town."""

    street: Line = Field(description="Ulica z numerem, np. ul. Kosynierów 26.")
    city: Line = Field(description="Miasto.")
    postcode: Line | None = Field(None, pattern=r"^\d{2}-\d{3}$", description="Kod pocztowy, np. 41-902.")
    floor: TextField | None = Field(None, description="Piętro i skrzydło.")
    room: Line | None = Field(None, description="Numer pokoju.")
    latitude: float | None = Field(None, ge=49, le=55, description="Szerokość geograficzna, np. 50.3480, jeśli jest w źródle; razem z longitude.")
    longitude: float | None = Field(None, ge=14, le=24.2, description="Długość geograficzna, np. 18.9150.")


class FactEntry(Model):
    """One fact that can be asked for alone."""

    id: Id = Field(description="Krótka nazwa faktu; jeśli jest to nazwa z aspects.yaml (np. documents, cost), pytania o to trafią tutaj same.")
    title: TextField = Field(description="Podpis przycisku, kilka słów.")
    text: TextField | None = Field(None, description="Odpowiedź: całe zdanie z dokumentu, własnymi, prostymi słowami.")
    unstated: TextField | None = Field(None, description="Zamiast text: czego źródła nie podają (dokończenie zdania „Źródła nie podają, …”).")
    words: list[Line] = Field(default_factory=list, description="Słowa, które w tym temacie wskazują na ten fakt.")
    examples: ExampleLists = Field(default_factory=dict, description="Jak ludzie o to pytają.")
    source: Id | None = Field(None, description="Źródło, jeśli inne niż całego pliku.")
    contacts: list[Id] = Field(default_factory=list, description="Do kogo dzwonić w tej sprawie, jeśli inaczej niż w całym temacie.")
    valid_until: date | None = Field(None, description="Ostatni dzień, w którym to prawda.")


class _Subject(Model):
    names: list[Line] = Field(default_factory=list, description="Nazwy, po których poznajemy ten temat (odmiany program zna sam).")
    examples: ExampleLists = Field(default_factory=dict, description="Jak ludzie o to pytają, własnymi słowami.")
    facts: list[FactEntry] = Field(default_factory=list, description="Fakty, o które można zapytać osobno.")
    source: Id = Field(description="Źródło z sources.yaml.")
    review_by: date | None = Field(None, description="Do kiedy sprawdzić, czy to nadal prawda.")
    see_also: list[Id] = Field(default_factory=list, description="Pokrewne tematy: przyciski pod odpowiedzią.")


class PlaceFile(_Subject):
    """A place (or, without an address, a contact)."""

    name: TextField = Field(description="Pełna nazwa.")
    short: TextField | None = Field(None, description="Krótka nazwa do zdań, np. KIS.")
    gender: Literal["m", "f", "n", "pl"] = Field(description="Rodzaj: m (otwarty), f (otwarta), n (otwarte), pl (otwarte, liczba mnoga).")
    summary: TextField | None = Field(None, description="Jedno zdanie: co to jest.")
    address: AddressEntry | None = Field(None, description="Adres.")
    phones: list[PhoneEntry] = Field(default_factory=list, description="Telefony.")
    hours: Line | None = Field(None, description="Godziny w zapisie OSM, np. Mo 07:30-17:00; PH off. Sezony łącz przecinkiem.")
    hours_in_frost: Line | None = Field(None, description="Godziny w czasie alertu mrozowego, np. 24/7.")
    hours_note: TextField | None = Field(None, description="Dopisek do godzin.")
    ask: Id | None = Field(None, description="Miejsce, którego telefon odpowiada na pytania o to miejsce.")


class TopicFile(_Subject):
    """A topic."""

    title: TextField = Field(description="Tytuł tematu.")
    kind: Literal["topic", "unstated", "smalltalk", "elsewhere", "not-that"] = Field("topic", description="Rodzaj odpowiedzi.")
    summary: TextField | None = Field(None, description="Najważniejsze w jednym, dwóch zdaniach.")
    contacts: list[Id] = Field(default_factory=list, description="Do kogo dzwonić, w kolejności.")
    place: Id | None = Field(None, description="Miejsce, którego godziny, adres i telefon dotyczą tego tematu.")
    valid_from: date | None = Field(None, description="Od kiedy.")
    valid_until: date | None = Field(None, description="Do kiedy; potem odpowiedź zaczyna się od „ended”.")
    ended: TextField | None = Field(None, description="Zdanie, że to się skończyło i kiedy.")
    ask: TextField | None = Field(None, description="Pytanie, gdy nazwa jest niejednoznaczna (razem z choices).")
    choices: list[Id] = Field(default_factory=list, description="Z czego wybrać.")
    commands: list[Id] = Field(default_factory=list, description="Polecenia, np. pomoc (czyli /pomoc).")
    menu: bool = Field(False, description="Czy dodać przyciski z głównymi tematami.")
    action: Literal["subscribe", "unsubscribe", "my-data", "erase"] | None = Field(None, description="Co bot robi, gdy ktoś o to prosi; tylko w common/.")
    phones: bool = Field(False, description="Czy dodać listę najważniejszych telefonów.")


class SectionEntry(Model):
    """A part of a page of the website."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")] = Field(description="Nazwa w adresie, np. a11y-kontakt.")
    title: TextField = Field(description="Nagłówek.")
    text: TextField = Field(description="Treść; pusta linia zaczyna nowy akapit.")
    missing: bool = Field(False, description="Czy ośrodek ma tę część dopiero uzupełnić; treść mówi, co tu wpisać.")


class PageFile(Model):
    """A page of the website; sections of a centre's file stand before those of the common file of the same name, or take their place."""

    title: TextField = Field(description="Tytuł strony.")
    updated: date = Field(description="Kiedy ostatnio sprawdzono całą stronę.")
    sections: list[SectionEntry] = Field(description="Części, w kolejności.")


class AspectEntry(Model):
    """Something that can be asked of any place or topic."""

    title: TextField = Field(description="Podpis przycisku.")
    about: TextField = Field(description="Dokończenie zdania „Źródła nie podają …”.")
    words: ExampleLists = Field(description="Słowa i zwroty, po których poznajemy to pytanie.")


class CrisisFile(Model):
    """A kind of emergency."""

    lead: TextField = Field(description="Pierwsza linia odpowiedzi, z numerem.")
    steps: TextField = Field(description="Co robić do czasu pomocy – tylko to, co potwierdzają źródła.")
    calls: list[Id] = Field(description="Numery, w kolejności.")


class CrisisExamples(Model):
    """How people write in that emergency."""

    signs: ExampleLists = Field(default_factory=dict, description="Zwroty, które same w sobie oznaczają zagrożenie.")
    examples: ExampleLists = Field(description="Wiadomości ludzi w takiej chwili.")


class CentreFile(Model):
    """The institution this knowledge belongs to."""

    name: TextField = Field(description="Nazwa ośrodka.")
    city: TextField = Field(description="Miasto.")
    home: list[Line] = Field(description="Miasto i dzielnice, które znaczą „u nas”.")
    ask: Id = Field(description="Miejsce, do którego odsyłamy, gdy bot nie wie.")
    main_places: list[Id] = Field(description="Miejsca do wyboru, gdy ktoś pisze samo „godziny”.")
    menu: list[Id] = Field(description="Tematy w menu powitalnym.")
    crisis_contacts: dict[Id, list[Id]] = Field(default_factory=dict, description="Miejsca ośrodka, które pomagają potem, według rodzaju zagrożenia.")
