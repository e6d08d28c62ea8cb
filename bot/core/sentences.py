"""The bot's own sentences, the few that are no facts: by name and language."""

from collections.abc import Mapping

from bot.core.knowledge import DEFAULT_LANG

_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "unknown": {
        "pl": "Nie znam odpowiedzi na to pytanie. Odpowiadam na pytania o sprawy, które prowadzi {centre}.",
        "uk": "Я не знаю відповіді на це питання. Відповідаю на питання про справи, якими займається {centre}.",
        "ru": "Я не знаю ответа на этот вопрос. Отвечаю на вопросы о делах, которыми занимается {centre}.",
        "en": "I do not know the answer. I answer questions about what {centre} does.",
    },
    "call": {
        "pl": "Zapytaj człowieka:",
        "uk": "Запитайте людину:",
        "ru": "Спросите у человека:",
        "en": "Ask a person:",
    },
    "other-town": {
        "pl": "To pytanie o inne miasto. Odpowiadam tylko w sprawach, które prowadzi {centre}.",
        "uk": "Це питання про інше місто. Я відповідаю лише про справи, якими займається {centre}.",
        "ru": "Это вопрос о другом городе. Я отвечаю только о делах, которыми занимается {centre}.",
        "en": "This is about another town. I only answer for {centre}.",
    },
    "which-place": {
        "pl": "O które miejsce pytasz?",
        "uk": "Про яке місце ви питаєте?",
        "ru": "О каком месте вы спрашиваете?",
        "en": "Which place do you mean?",
    },
    "which": {
        "pl": "Nie jestem pewien, o co chodzi. Czy pytasz o:",
        "uk": "Я не впевнений, про що йдеться. Ви питаєте про:",
        "ru": "Я не уверен, о чём речь. Вы спрашиваете про:",
        "en": "I am not sure what you mean. Are you asking about:",
    },
    "unsure": {
        "pl": "Nie mam pewności, czy o to pytasz.",
        "uk": "Я не впевнений, що ви питаєте саме про це.",
        "ru": "Я не уверен, что вы спрашиваете именно об этом.",
        "en": "I am not sure this is what you are asking about.",
    },
    "rephrase": {
        "pl": "Nie mam pewności, czy o to pytasz. Jeśli nie, napisz to proszę innymi słowami.",
        "uk": "Я не впевнений, що ви питаєте саме про це. Якщо ні, напишіть, будь ласка, іншими словами.",
        "ru": "Я не уверен, что вы спрашиваете именно об этом. Если нет, напишите, пожалуйста, другими словами.",
        "en": "I am not sure this is what you are asking about. If not, please put it in other words.",
    },
    "instead": {
        "pl": "Jeśli chodzi o coś innego, wybierz albo napisz inaczej:",
        "uk": "Якщо йдеться про інше, виберіть або напишіть інакше:",
        "ru": "Если речь о другом, выберите или напишите иначе:",
        "en": "If you mean something else, choose or put it differently:",
    },
    "misses": {
        "pl": "Widzę, że nie umiem pomóc. Najlepiej porozmawiaj z człowiekiem:",
        "uk": "Бачу, що не можу допомогти. Найкраще поговоріть з людиною:",
        "ru": "Вижу, что не могу помочь. Лучше поговорите с человеком:",
        "en": "I see that I cannot help. It is best to talk to a person:",
    },
    "personal-data": {
        "pl": "Nie wysyłaj tu numeru PESEL, numerów dokumentów ani kont. Nie zapisuję ich i nie są potrzebne.",
        "uk": "Не надсилайте сюди PESEL, номери документів чи рахунків. Я їх не зберігаю, і вони не потрібні.",
        "ru": "Не присылайте сюда PESEL, номера документов или счетов. Я их не храню, и они не нужны.",
        "en": "Please do not send PESEL, document or account numbers. I do not keep them and do not need them.",
    },
    "possible-danger": {
        "pl": "Jeśli komuś grozi niebezpieczeństwo, dzwoń od razu: 112.",
        "uk": "Якщо комусь загрожує небезпека, одразу дзвоніть: 112.",
        "ru": "Если кому-то грозит опасность, сразу звоните: 112.",
        "en": "If anyone is in danger, call 112 at once.",
    },
    "shelter-after": {
        "pl": "Gdy pierwsze niebezpieczeństwo minie:",
        "uk": "Коли перша небезпека мине:",
        "ru": "Когда первая опасность минует:",
        "en": "Once the first danger is over:",
    },
    "empty": {
        "pl": "Napisz proszę, o co chcesz zapytać.",
        "uk": "Напишіть, будь ласка, про що ви хочете запитати.",
        "ru": "Напишите, пожалуйста, о чём вы хотите спросить.",
        "en": "Please write what you would like to ask.",
    },
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
    "tomorrow": {
        "pl": "A jutro?",
        "uk": "А завтра?",
        "ru": "А завтра?",
        "en": "And tomorrow?",
    },
    "only-words": {
        "pl": "Rozumiem tylko tekst: zdjęć, nagrań, plików i lokalizacji nie otwieram ani nie zapisuję. Napisz, o co chodzi, np. „gdzie mogę przenocować”. "
        "W niebezpieczeństwie dzwoń: 112.",
        "uk": "Я розумію лише текст: фото, записи, файли й локації не відкриваю і не зберігаю. Напишіть, про що йдеться. У небезпеці дзвоніть: 112.",
        "ru": "Я понимаю только текст: фото, записи, файлы и локации не открываю и не храню. Напишите, о чём речь. В опасности звоните: 112.",
        "en": "I understand text only: I neither open nor keep pictures, recordings, files and locations. Write what you need. In danger call 112.",
    },
    "gone": {
        "pl": "Tego już nie mam: informacje się zmieniły od czasu tej wiadomości. Napisz, o co pytasz, albo wybierz temat.",
        "uk": "Цього вже немає: інформація змінилася. Напишіть, про що ви питаєте, або виберіть тему.",
        "ru": "Этого уже нет: информация изменилась. Напишите, о чём вы спрашиваете, или выберите тему.",
        "en": "I no longer have this: the information has changed. Write what you are asking, or choose a topic.",
    },
    "late": {
        "pl": "Przepraszam, że odpowiadam dopiero teraz – miałem przerwę w działaniu.",
        "uk": "Вибачте, що відповідаю лише зараз: у мене була перерва в роботі.",
        "ru": "Извините, что отвечаю только сейчас: у меня был перерыв в работе.",
        "en": "Sorry for answering only now: I was out of service.",
    },
    "broken": {
        "pl": "Przepraszam, na to pytanie nie potrafię teraz odpowiedzieć. Zapytaj inaczej albo zadzwoń. W niebezpieczeństwie dzwoń: 112.",
        "uk": "Вибачте, зараз не можу відповісти на це питання. Запитайте інакше або зателефонуйте. У небезпеці дзвоніть: 112.",
        "ru": "Извините, сейчас не могу ответить на этот вопрос. Спросите иначе или позвоните. В опасности звоните: 112.",
        "en": "Sorry, I cannot answer this right now. Ask differently or call. In danger call 112.",
    },
    "too-fast": {
        "pl": "Dostaję od Ciebie bardzo dużo wiadomości naraz. Odpowiem znowu za minutę. W niebezpieczeństwie dzwoń: 112.",
        "uk": "Від вас надходить дуже багато повідомлень одразу. Відповім знову за хвилину. У небезпеці дзвоніть: 112.",
        "ru": "От вас приходит очень много сообщений сразу. Отвечу снова через минуту. В опасности звоните: 112.",
        "en": "You are sending very many messages at once. I will answer again in a minute. In danger call 112.",
    },
    "share": {"pl": "Udostępnij", "uk": "Поділитися", "ru": "Поделиться", "en": "Share"},
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
