"""From a manifest to plans in force: staged, checked, swapped, reloaded, verified, or put back."""
