"""The bot's own sentences, the few that are no facts: by name and language."""

from collections.abc import Mapping

from bot.core.knowledge import DEFAULT_LANG

_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "unknown": {"pl": "Nie znam odpowiedzi na to pytanie. Odpowiadam na pytania o sprawy, które prowadzi {centre}."},
    "call": {"pl": "Zapytaj człowieka:"},
    "other-town": {"pl": "To pytanie o inne miasto. Odpowiadam tylko w sprawach, które prowadzi {centre}."},
    "which-place": {"pl": "O które miejsce pytasz?"},
    "which": {"pl": "Nie jestem pewien, o co chodzi. Czy pytasz o:"},
    "misses": {"pl": "Widzę, że nie umiem pomóc. Najlepiej porozmawiaj z człowiekiem:"},
    "personal-data": {"pl": "Nie wysyłaj tu numeru PESEL, numerów dokumentów ani kont. Nie zapisuję ich i nie są potrzebne."},
    "possible-danger": {"pl": "Jeśli komuś grozi niebezpieczeństwo, dzwoń od razu: 112."},
    "shelter-after": {"pl": "Gdy pierwsze niebezpieczeństwo minie:"},
    "empty": {"pl": "Napisz proszę, o co chcesz zapytać."},
    "subscribed": {"pl": "Zapisane. Napiszę do Ciebie sam w sprawach: {topics}. Nie chcesz już tych wiadomości? Napisz STOP."},
    "consent": {"pl": "Zgadzam się, żeby {centre} wysyłał mi na ten czat wiadomości: {topics}. Zgodę mogę wycofać w każdej chwili, pisząc STOP."},
    "your-consent": {"pl": "Zapisuję też treść zgody i jej datę: „{consent}”"},
    "unsubscribed": {"pl": "Wypisane. Sam już do Ciebie nie napiszę. Pytać możesz dalej, a wrócić do alertów – słowem ALERT."},
    "unsubscribed-topics": {"pl": "Wypisane: {topics}."},
    "not-subscribed": {"pl": "Nie masz tu zapisu na żadne wiadomości, więc nie ma z czego wypisywać."},
    "my-data": {
        "pl": "Mam zapisane: adres tej rozmowy (potrzebny, by odpowiedzieć), krótką pamięć rozmowy, którą kasuję po 15 minutach, i numery wiadomości (bez treści), które kasuję po 3 dniach."
    },
    "my-subscription": {"pl": "Alerty: {topic}, zapis {date} Zgoda: „{consent}”"},
    "my-deliveries": {"pl": "Wiadomości, które wysłałem sam: {count}. Pamiętam tylko, że i kiedy je wysłałem, przez {days} dni."},
    "no-subscription": {"pl": "Nie masz zapisu na żadne alerty. Treści wiadomości nie zapisuję."},
    "erased": {
        "pl": "Usunięte: zapisy na alerty, pamięć rozmowy, historia wysyłki i wszystko, co czekało na wysłanie. Przez 3 dni zostaje tylko numer tej wiadomości, bez treści."
    },
    "tomorrow": {"pl": "A jutro?"},
    "only-words": {
        "pl": "Rozumiem tylko tekst: zdjęć, nagrań, plików i lokalizacji nie otwieram ani nie zapisuję. Napisz, o co chodzi, np. „gdzie mogę przenocować”. "
        "W niebezpieczeństwie dzwoń: 112."
    },
    "gone": {"pl": "Tego już nie mam: informacje się zmieniły od czasu tej wiadomości. Napisz, o co pytasz, albo wybierz temat."},
    "late": {"pl": "Przepraszam, że odpowiadam dopiero teraz – miałem przerwę w działaniu."},
    "broken": {"pl": "Przepraszam, na to pytanie nie potrafię teraz odpowiedzieć. Zapytaj inaczej albo zadzwoń. W niebezpieczeństwie dzwoń: 112."},
    "too-fast": {"pl": "Dostaję od Ciebie bardzo dużo wiadomości naraz. Odpowiem znowu za minutę. W niebezpieczeństwie dzwoń: 112."},
    "in-polish": {
        "pl": "",
        "uk": "Відповідь поки що польською:",
        "ru": "Ответ пока на польском:",
        "en": "For now I can answer in Polish only:",
    },
}


def sentence(name: str, lang: str, **values: str) -> str:
    """The sentence of that name in the language, in Polish where it is missing, with its values put in."""
    texts = _SENTENCES[name]
    return texts.get(lang, texts[DEFAULT_LANG]).format(**values)
