"""What holds for a time only, laid over the knowledge: frost alerts that keep places open round the clock, dated notices of the staff."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.core.knowledge import Exceptional, Knowledge, Place, Topic


def laid_over(knowledge: Knowledge, exceptional: Mapping[str, Sequence[Exceptional]]) -> Knowledge:
    """The knowledge with what is exceptional at its places, by place id; ids that it no longer has are left out."""
    if not exceptional:
        return knowledge
    subjects: dict[str, Place | Topic] = dict(knowledge.subjects)
    for place_id, found in exceptional.items():
        place = subjects.get(place_id)
        if isinstance(place, Place):
            subjects[place_id] = replace(place, exceptional=tuple(found))
    return replace(knowledge, subjects=subjects)
