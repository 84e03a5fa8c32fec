"""How numbers are dialled in the countries of the world, from phonenumbers' metadata."""

from conmuta.platform.countries.calling import Kind, calling_code, kinds_prefixes
from conmuta.platform.countries.dialling import COUNTRIES, Dialled, dialled_forms
from conmuta.platform.countries.formats import NumberFormat, formats

__all__ = [
    "COUNTRIES",
    "Dialled",
    "Kind",
    "NumberFormat",
    "calling_code",
    "dialled_forms",
    "formats",
    "kinds_prefixes",
]
