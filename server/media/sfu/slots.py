"""Who is in which slot of one receiver. Whoever stays in sight keeps their slot."""

from __future__ import annotations

from collections.abc import Iterable

from rooms.model import ParticipantId
from server.media.plane import HOST_SLOT, Slot, Slots, TooFewSlots


def arrange(
    old: Slots,
    size: int,
    receiver: ParticipantId,
    senders: Iterable[ParticipantId],
    host: ParticipantId | None,
) -> dict[Slot, ParticipantId]:
    """Slots 1 … size for everyone the receiver is to see, and the host's. Raises TooFewSlots."""
    wanted = sorted(set(senders))
    if len(wanted) > size:
        raise TooFewSlots(f"{receiver} has {size} slots and would receive {len(wanted)} people.")
    slots = {slot: sender for slot, sender in old.items() if slot != HOST_SLOT and sender in wanted}
    free = iter(slot for slot in range(1, size + 1) if slot not in slots)
    slots |= dict(zip(free, (sender for sender in wanted if sender not in slots.values()), strict=False))
    return with_host(slots, receiver, host)


def with_host(slots: Slots, receiver: ParticipantId, host: ParticipantId | None) -> dict[Slot, ParticipantId]:
    """The same with this host in the reserved slot, which nobody has for themselves."""
    partners = {slot: sender for slot, sender in slots.items() if slot != HOST_SLOT}
    return partners if host is None or host == receiver else {HOST_SLOT: host, **partners}
