"""Django's PostgreSQL backend, which also tells PostgreSQL the scope in force."""
