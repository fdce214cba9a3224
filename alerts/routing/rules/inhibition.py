"""Inhibition: an alert that another one explains is not told."""

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.matching import Matcher, matches_all


@dataclass(frozen=True)
class InhibitRule:
    """While a source fires, targets that agree with it in the labels ``equal`` are not told."""

    source_matchers: tuple[Matcher, ...]
    target_matchers: tuple[Matcher, ...]
    equal: tuple[str, ...]

    def values(self, labels: Mapping[str, str]) -> tuple[str, ...]:
        """What source and target must agree in; an absent label counts as empty."""
        return tuple(labels.get(name, "") for name in self.equal)


class Sources:
    """The firing sources of one rule, by the values that a target must share."""

    def __init__(self, rule: InhibitRule) -> None:
        self.rule = rule
        self._any: dict[tuple[str, ...], str] = {}
        self._one_sided: dict[tuple[str, ...], str] = {}

    def add(self, fingerprint: str, labels: Mapping[str, str]) -> None:
        """A firing alert; one that is no source of the rule is left out."""
        if not matches_all(self.rule.source_matchers, labels):
            return
        values = self.rule.values(labels)
        self._any.setdefault(values, fingerprint)
        if not matches_all(self.rule.target_matchers, labels):
            self._one_sided.setdefault(values, fingerprint)

    def inhibitor(self, labels: Mapping[str, str]) -> str | None:
        """The fingerprint of a source that inhibits these labels.

        An alert that is source and target at once is inhibited by no other such alert.
        """
        if not matches_all(self.rule.target_matchers, labels):
            return None
        two_sided = matches_all(self.rule.source_matchers, labels)
        return (self._one_sided if two_sided else self._any).get(self.rule.values(labels))
