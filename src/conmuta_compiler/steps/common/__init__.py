"""What every kind of step stands on: its shape, its dialplan, its words."""
