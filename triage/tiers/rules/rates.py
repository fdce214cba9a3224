"""Ticket rates that neither damn nor hide a small school: empirical Bayes after Marshall (1991).

A rate is tickets per thousand students and week. Exposure is students / 1000 x weeks observed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, inf, pow, sqrt

WEEK_DAYS = 7


@dataclass(frozen=True)
class Exposure:
    """Tickets ``y`` seen over exposure ``e``; both may be fractional after recency weighting."""

    tickets: float
    exposure: float


@dataclass(frozen=True)
class Prior:
    """What similar schools tell us: mean rate ``m``, variance ``a`` between schools, weight ``b``.

    ``weight`` is infinite when the schools do not differ beyond chance: then everyone gets ``m``.
    """

    mean: float
    variance: float

    @property
    def weight(self) -> float:
        return self.mean / self.variance if self.variance > 0 else inf

    def rate(self, seen: Exposure) -> float:
        """The school's own rate, drawn towards the mean as far as its exposure is small."""
        if self.variance <= 0:
            return self.mean
        b = self.weight
        return (seen.tickets + self.mean * b) / (seen.exposure + b)

    def chance_above(self, ratio: float, seen: Exposure) -> float:
        """P(true rate > ratio x mean); 0 when the schools do not differ beyond chance."""
        if self.variance <= 0 or self.mean <= 0:
            return 0.0
        from scipy.special import gammaincc  # slow to load, and needed once a day

        b = self.weight
        shape = self.mean * b + seen.tickets
        return float(gammaincc(shape, ratio * self.mean * (b + seen.exposure)))


def winsorised(tickets: float, expected: float) -> float:
    """One week's count, capped so that a single bad week cannot decide a school's year.

    ``expected`` is what schools of this type of this size open in a week.
    """
    return min(tickets, float(ceil(4 * expected + 4 * sqrt(4 * expected) + 1)))


def recency_weight(age_weeks: float, half_life_weeks: float) -> float:
    return pow(0.5, age_weeks / half_life_weeks)


def age_in_weeks(week_starts_on: date, today: date) -> float:
    return (today - week_starts_on).days / WEEK_DAYS


def weighted(weeks: Sequence[tuple[float, float]], thousands: float) -> Exposure:
    """Sum weekly (count, weight) pairs of one school; ``thousands`` is students / 1000.

    Both sums are divided by q = sum w^2 / sum w, so that the result has the variance of as many
    plain weeks as the weights are worth.
    """
    total = sum(weight for _, weight in weeks)
    if total <= 0:
        return Exposure(0.0, 0.0)
    q = sum(weight * weight for _, weight in weeks) / total
    tickets = sum(count * weight for count, weight in weeks)
    return Exposure(tickets / q, thousands * total / q)


def marshall_prior(seen: Sequence[Exposure]) -> Prior:
    """Mean and between-school variance by the method of moments; no exposure gives a zero mean."""
    known = [one for one in seen if one.exposure > 0]
    exposure = sum(one.exposure for one in known)
    if exposure <= 0:
        return Prior(0.0, 0.0)
    mean = sum(one.tickets for one in known) / exposure
    spread = sum(o.exposure * (o.tickets / o.exposure - mean) ** 2 for o in known) / exposure
    return Prior(mean, max(0.0, spread - mean / (exposure / len(known))))
