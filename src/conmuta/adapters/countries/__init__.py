"""Countries of network addresses, and their names."""

from conmuta.adapters.countries.lookup import country_of
from conmuta.adapters.countries.names import country_name

__all__ = ["country_name", "country_of"]
