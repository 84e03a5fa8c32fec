"""Countries' names, from Unicode's CLDR."""

from babel import Locale, UnknownLocaleError


def country_name(code: str, language: str) -> str:
    """`Alemania` for `DE` in `es`; the code itself where nobody named it."""
    try:
        names = Locale.parse(language.replace("-", "_")).territories
    except (ValueError, UnknownLocaleError):
        names = Locale("en").territories
    return str(names.get(code, code))
