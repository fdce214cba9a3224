"""The marks of a map as SVG text.

On a busy morning a few schools change each minute; the text of all others is remembered.
"""

from functools import lru_cache

from markupsafe import Markup, escape

from dashboards.map.drawing import Drawing, Mark


def marks_svg(drawing: Drawing, base: str) -> Markup:
    """A link with a tooltip for each school, to ``base`` with its id.

    Only the last one, the worst, is a tab stop: the arrow keys walk from there.
    """
    texts = [mark_svg(mark, base) for mark in drawing.marks]
    if texts:
        texts[-1] = texts[-1].replace('tabindex="-1"', 'tabindex="0"', 1)
    return Markup("\n").join(Markup(text) for text in texts)


@lru_cache(maxsize=8192)
def mark_svg(mark: Mark, base: str) -> str:
    """``<a><title/><path/></a>`` of one school, escaped."""
    return (
        f'<a href="{escape(base)}{mark.school_id}" tabindex="-1">'
        f"<title>{escape(mark.words)}</title>"
        f'<path class="p-{mark.standing.value}" d="{mark.path}"/></a>'
    )
