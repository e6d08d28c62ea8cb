"""Words that carry no meaning of their own: they never carry a match, and some of them lean on what was said before."""

from bot.core.text import fold


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


STOP_WORDS = _words(
    """a i o u w we z ze na do od po za przy dla bez nad pod przed się to ten ta te tam tu tym tego tej jest są był była było być czy
    jak co kto gdy że żeby bo ale lub albo oraz też także już jeszcze tylko nie tak no ja ty on ona ono my wy oni mnie mi mam
    chcę chciałbym chciałabym mogę można podaj powiedz jesteście będziecie macie was wami wasz wasze jaki jaka jakie który która które której którym"""
)
"""Polish function words."""
COURTESIES = _words("pan pani państwo proszę poproszę dziękuję dzień dobry cześć witam hej")
"""Polite words around a question; alone they are small talk."""
OPENERS = _words("a i to czyli no więc ale oraz albo а")
"""A message that begins so goes on with the one before."""
POINTERS = _words("tam tamten ten ta to tego tej tym tą on ona ono one oni nich nim nimi nią jego jej ich there it там це это він она")
"""Words that point at something already said."""
CONJUNCTIONS = _words("i oraz a albo lub czy od niż та і й и and")
"""Words that join two things asked about at once."""
JOINING = _words("i oraz a też także і й и and")
"""Words that may join two questions."""
CONTRASTS = _words("tylko lecz")
"""Words after which stands what is meant, where "nie" came before."""
ASKING = _words("""gdzie kiedy ile jak jaki jaka jakie jakich jaką kto kogo komu czy co czego który która które której którym których
    skąd dokąd czemu dlaczego de коли де як скільки чи хто где когда как сколько кто where when how what who which""")
"""Words that begin a question."""
ASKING_ANEW = _words("gdzie kiedy ile jaki jaka jakie jakich czy kto де коли скільки где когда сколько where when")
"""Those that seldom go on with what was begun, as "jak", "co" and "który" do."""
