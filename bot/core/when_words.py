"""The words of time in Polish (and the commonest of Ukrainian, Russian and English): tables for when.py."""

from bot.core.text import fold

_WEEKDAYS = (
    ("poniedziałek", "понеділок", "понедельник", "monday"),
    ("wtorek", "вівторок", "вторник", "tuesday"),
    ("środa", "середа", "среда", "wednesday"),
    ("czwartek", "четвер", "четверг", "thursday"),
    ("piątek", "пятниця", "пятница", "friday"),
    ("sobota", "субота", "суббота", "saturday"),
    ("niedziela", "неділя", "воскресенье", "sunday"),
)
_MONTHS = (
    ("styczeń", "stycznia", "styczniu", "січень", "січні", "январь", "январе", "january"),
    ("luty", "lutego", "lutym", "лютий", "лютому", "февраль", "феврале", "february"),
    ("marzec", "marca", "marcu", "березень", "березні", "март", "марте", "march"),
    ("kwiecień", "kwietnia", "kwietniu", "квітень", "квітні", "апрель", "апреле", "april"),
    ("=maj", "=maja", "=maju", "травень", "травні", "=май", "мае", "=may"),
    ("czerwiec", "czerwca", "czerwcu", "червень", "червні", "июнь", "июне", "june"),
    ("lipiec", "lipca", "lipcu", "липень", "липні", "июль", "июле", "july"),
    ("sierpień", "sierpnia", "sierpniu", "серпень", "серпні", "август", "августе", "august"),
    ("wrzesień", "września", "wrześniu", "вересень", "вересні", "сентябрь", "сентябре", "september"),
    ("październik", "października", "październiku", "жовтень", "жовтні", "октябрь", "октябре", "october"),
    ("listopad", "listopada", "listopadzie", "листопад", "листопаді", "ноябрь", "ноября", "ноябре", "november"),
    ("grudzień", "grudnia", "grudniu", "грудень", "грудні", "декабрь", "декабре", "december"),
)
_OCCASIONS = {
    "nowy rok": ("nowy rok", "nowego roku"),
    "trzech króli": ("trzech króli", "3 króli"),
    "dzień babci": ("dzień babci",),
    "dzień dziadka": ("dzień dziadka",),
    "walentynki": ("walentynki",),
    "dzień kobiet": ("dzień kobiet",),
    "prima aprilis": ("prima aprilis",),
    "święto pracy": ("święto pracy",),
    "dzień flagi": ("dzień flagi", "święto flagi"),
    "trzeci maja": ("trzeciego maja", "święto konstytucji"),
    "majówka": ("majówka", "długi weekend majowy", "majowy weekend"),
    "dzień matki": ("dzień matki",),
    "dzień dziecka": ("dzień dziecka",),
    "wniebowzięcie": ("wniebowzięcie", "matki boskiej zielnej", "święto wojska"),
    "dzień nauczyciela": ("dzień nauczyciela", "dzień edukacji narodowej"),
    "halloween": ("halloween",),
    "wszystkich świętych": ("wszystkich świętych", "święto zmarłych"),
    "zaduszki": ("zaduszki", "dzień zaduszny"),
    "niepodległość": ("święto niepodległości", "dzień niepodległości", "niepodległość"),
    "andrzejki": ("andrzejki",),
    "barbórka": ("barbórka",),
    "mikołajki": ("mikołajki",),
    "wigilia": ("wigilia", "wigilię", "christmas eve"),
    "boże narodzenie": ("boże narodzenie", "bożego narodzenia", "christmas"),
    "pierwszy dzień świąt": ("pierwszy dzień świąt", "1 dzień świąt"),
    "drugi dzień świąt": ("drugi dzień świąt", "2 dzień świąt", "szczepana"),
    "sylwester": ("sylwester", "sylwestra"),
    "tłusty czwartek": ("tłusty czwartek",),
    "popielec": ("popielec", "środa popielcowa"),
    "niedziela palmowa": ("niedziela palmowa",),
    "wielki czwartek": ("wielki czwartek",),
    "wielki piątek": ("wielki piątek",),
    "wielka sobota": ("wielka sobota",),
    "wielkanoc": ("wielkanoc", "święta wielkanocne", "easter"),
    "lany poniedziałek": ("lany poniedziałek", "poniedziałek wielkanocny", "śmigus dyngus"),
    "zielone świątki": ("zielone świątki",),
    "boże ciało": ("boże ciało", "bożego ciała"),
}
_OTHER = {
    "now": "=teraz|obecnie|=w =tej chwili|=o =tej porze|=tej porze|=w =tym momencie|zaraz|=za chwilę|=зараз|сейчас|=now|right now",
    "day:0": "=dziś|dzisiaj|dzisiejszy|dzisiejszej|сьогодні|сегодня|today|tonight",
    "day:1": "=jutro|=jutra|jutrzejszy|=завтра|tomorrow",
    "day:2": "=pojutrze|післязавтра|послезавтра",
    "in:60": "=za godzinę|=za godzinkę|=za =godz|через час|=in =an hour",
    "in:30": "=za pół godziny|=za =pol godzinki|=za pół godz",
    "in:90": "=za półtorej godziny",
    "in:15": "=za kwadrans",
    "day:7": "=za tydzień",
    "week:1": "przyszły tydzień|następny tydzień|przyszłym tygodniu|next week",
    "week:0": "=w =tym tygodniu",
    "weekend": "weekend|łikend|wikend|вихідні|выходные",
    "holidays": "=święta|=swieto|święto|=świąt|=święto|dni wolne|wolne dni|świąteczne dni|праздник|свято|holiday|holidays",
    "part:morning": "=rano|=z rana|=nad ranem|poranek|=porannej|przed południem|=ranek|вранці|утром|morning",
    "part:afternoon": "=po południu|popołudniu|=popoludnie|popołudnie|afternoon",
    "part:evening": "wieczorem|wieczór|wieczorkiem|ввечері|увечері|вечером|evening",
    "part:night": "=w =nocy|=noca|=nocą|=tej =nocy|=po =nocy|вночі|ночью|=at =night",
    "noon": "=w =południe",
    "midnight": "=o =północy",
    "season:12-2": "zimą|=zimom|=zima|=zimie|=zimę|=zimy|zimowy|взимку|зимой|winter",
    "season:3-5": "wiosna|wiosną|навесні|весной|spring",
    "season:6-8": "=lato|=latem|=latym|=lecie|=lata =cieplej|letni|влітку|летом|summer",
    "none": "czas letni|letni czas|czas zimowy|zimowy czas|czas na letni|czas na zimowy",
    "season:9-11": "jesień|jesienią|восени|осенью|autumn",
}
TIME_PHRASES: list[tuple[str, str]] = [
    *((phrase, label) for label, phrases in _OTHER.items() for phrase in phrases.split("|")),
    *((name, f"weekday:{i}") for i, names in enumerate(_WEEKDAYS) for name in names),
    *((name, f"season:{i + 1}-{i + 1}") for i, names in enumerate(_MONTHS) for name in names),
    *((phrase, f"occasion:{name}") for name, phrases in _OCCASIONS.items() for phrase in phrases),
]
"""(phrase, label) for the phrase index; labels are read by when.py."""

MONTHS = {fold(name.lstrip("=")): i + 1 for i, names in enumerate(_MONTHS) for name in names}
"""Folded forms of month names -> month, for "24 grudnia"."""

HOUR_WORDS = {
    fold(word): hour
    for hour, words in enumerate(
        [
            "pierwszej",
            "drugiej",
            "trzeciej",
            "czwartej",
            "piątej",
            "szóstej",
            "siódmej",
            "ósmej",
            "dziewiątej",
            "dziesiątej",
            "jedenastej",
            "dwunastej",
            "trzynastej",
            "czternastej",
            "piętnastej",
            "szesnastej",
            "siedemnastej",
            "osiemnastej",
            "dziewiętnastej",
            "dwudziestej",
        ],
        start=1,
    )
    for word in (words, words[:-2] + "a" if words.endswith("ej") else words)
}
"""Ordinal hours, as in "o szesnastej"."""

NUMBER_WORDS = {fold(w): n for n, w in enumerate(["jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem", "osiem", "dziewięć", "dziesięć"], start=1)} | {
    fold("dwie"): 2,
    fold("jedną"): 1,
    "kilka": 3,
    "pare": 3,
}
"""Small counts, as in "za dwie godziny"."""

ORDINAL_DAYS = {
    fold(word): day
    for day, word in enumerate(
        [
            "pierwszego",
            "drugiego",
            "trzeciego",
            "czwartego",
            "piątego",
            "szóstego",
            "siódmego",
            "ósmego",
            "dziewiątego",
            "dziesiątego",
            "jedenastego",
            "dwunastego",
            "trzynastego",
            "czternastego",
            "piętnastego",
            "szesnastego",
            "siedemnastego",
            "osiemnastego",
            "dziewiętnastego",
            "dwudziestego",
        ],
        start=1,
    )
}
"""Days of the month in words, as in "pierwszego listopada"."""

CLOCK_PREPOSITIONS = frozenset(
    {"o", "po", "przed", "kolo", "okolo", "godzina", "godzinie", "godziny", "godz", "na", "at", "about", "after", "о", "після", "после", "в"}
)
NOT_A_CLOCK = frozenset(
    [
        "lat",
        "lata",
        "latek",
        "rok",
        "roku",
        "zl",
        "zlotych",
        "osob",
        "osobe",
        "osoby",
        "dni",
        "dniach",
        "dzien",
        "tygodni",
        "tygodniach",
        "miesiecy",
        "miesiecach",
        "stopni",
        "stopnia",
        "razy",
        "metrow",
        "km",
        "procent",
        "tys",
        "tysiecy",
        "dzieci",
        "dziecka",
        "rodzin",
        "nocy",
        "piwach",
        "piwa",
        "minut",
        "minutach",
        "godzin",
        "godzinach",
        "pietro",
        "pietrze",
    ]
)
"""Units after a number that is then no clock time."""
