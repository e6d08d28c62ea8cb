"""The bot's own sentences, the few that are no facts: by name and language."""

from collections.abc import Mapping

from bot.core.knowledge import DEFAULT_LANG

_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "unknown": {"pl": "Nie znam odpowiedzi na to pytanie. Odpowiadam na pytania o sprawy, które prowadzi {centre}."},
    "call": {"pl": "Zapytaj człowieka:"},
    "other-town": {"pl": "To pytanie o inne miasto. Odpowiadam tylko w sprawach, które prowadzi {centre}."},
    "which-place": {"pl": "O które miejsce pytasz?"},
    "which": {"pl": "Nie jestem pewien, o co chodzi. Czy pytasz o:"},
    "unsure": {"pl": "Nie mam pewności, czy o to pytasz."},
    "rephrase": {"pl": "Nie mam pewności, czy o to pytasz. Jeśli nie, napisz to proszę innymi słowami."},
    "instead": {"pl": "Jeśli chodzi o coś innego, wybierz albo napisz inaczej:"},
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
    "my-data": {"pl": "Mam zapisane: adres tej rozmowy (potrzebny, by odpowiedzieć) i krótką pamięć rozmowy, którą kasuję po 15 minutach."},
    "my-subscription": {"pl": "Alerty: {topic}, zapis {date} Zgoda: „{consent}”"},
    "no-subscription": {"pl": "Nie masz zapisu na żadne alerty. Treści wiadomości nie zapisuję."},
    "erased": {"pl": "Usunięte: zapisy na alerty, pamięć rozmowy i wszystko, co czekało na wysłanie. Nic o Tobie już nie mam."},
    "tomorrow": {"pl": "A jutro?"},
    "only-words": {
        "pl": "Rozumiem tylko tekst: zdjęć, nagrań, plików i lokalizacji nie otwieram ani nie zapisuję. Napisz, o co chodzi, np. „gdzie mogę przenocować”. "
        "W niebezpieczeństwie dzwoń: 112."
    },
    "gone": {"pl": "Tego już nie mam: informacje się zmieniły od czasu tej wiadomości. Napisz, o co pytasz, albo wybierz temat."},
    "late": {"pl": "Przepraszam, że odpowiadam dopiero teraz – miałem przerwę w działaniu."},
    "broken": {"pl": "Przepraszam, na to pytanie nie potrafię teraz odpowiedzieć. Zapytaj inaczej albo zadzwoń. W niebezpieczeństwie dzwoń: 112."},
    "too-fast": {"pl": "Dostaję od Ciebie bardzo dużo wiadomości naraz. Odpowiem znowu za minutę. W niebezpieczeństwie dzwoń: 112."},
    "card": {"pl": "Karta do przesłania: {title}"},
    "card-link": {"pl": "Odnośnik, zawsze z aktualną odpowiedzią (dotknij, żeby skopiować):"},
    "card-sms": {"pl": "Tekst na jeden SMS, znaków: {length} ze 160 (dotknij, żeby skopiować):"},
    "card-how": {
        "pl": "Napisz /karta i temat, np. „/karta noclegownia” albo „/karta rodzina zastępcza”. "
        "Dam Ci odnośnik, kod QR do wydruku i tekst na jeden SMS – do przesłania dalej. Możesz też wybrać:"
    },
    "card-which": {"pl": "Której karty potrzebujesz?"},
    "card-unknown": {"pl": "Nie mam karty o takiej nazwie. Napisz inaczej, np. „/karta noclegownia”, albo wybierz:"},
    "as-of": {"pl": "Odpowiedź z {when}. Co jest teraz:"},
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
