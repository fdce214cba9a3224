"""Which channel steps in for which, among the channels of one receiver."""

from collections.abc import Iterator, Sequence

from alerts.channel import Channel


def _named(channels: Sequence[Channel], default: str) -> dict[str, str]:
    """Channel -> its fallback, by their labels; ``default`` is that of those that name none."""
    named = {channel.label: channel.fallback or default for channel in channels}
    return {label: other for label, other in named.items() if other and other != label}


def wrong_fallbacks(channels: Sequence[Channel], default: str) -> list[str]:
    """Sentences about fallbacks that do not exist or go round in a circle."""
    labels = {channel.label for channel in channels}
    named = _named(channels, default)
    wrong = [
        f"{label}: the fallback {other!r} is no channel of this receiver"
        for label, other in named.items()
        if other not in labels
    ]
    wrong += [
        f"{label}: its fallbacks lead back to itself"
        for label in named
        if label in _chain(named, label)
    ]
    return wrong


def _chain(named: dict[str, str], label: str) -> Iterator[str]:
    """The fallback, its own fallback, and so on; each once."""
    seen: set[str] = set()
    while (label := named.get(label, "")) and label not in seen:
        seen.add(label)
        yield label


def channels_told(channels: Sequence[Channel], default: str) -> list[Channel]:
    """The channels that are told at once.

    A channel that is the fallback of another one waits; it steps in at once for one that is not
    ready.
    """
    waiting = set(_named(channels, default).values())
    first = [channel for channel in channels if channel.label not in waiting]
    told = [
        channel if channel.ready else stand_in(channels, default, channel.label)
        for channel in first
    ]
    return list({each.label: each for each in told if each is not None}.values())


def stand_in(channels: Sequence[Channel], default: str, label: str) -> Channel | None:
    """The first ready channel of those that step in for ``label``; None without one."""
    by_label = {channel.label: channel for channel in channels}
    chain = _chain(_named(channels, default), label)
    return next((by_label[each] for each in chain if by_label[each].ready), None)
